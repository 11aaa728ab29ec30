//! The `kitty-gate` binary.

fn main() -> std::process::ExitCode {
    if kitty_gate::reference::is_called() {
        return kitty_gate::reference::main();
    }
    // First of all, while there is one thread only.
    support::network::become_privileged();
    kitty_gate::cli::main()
}
