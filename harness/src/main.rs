//! The `kitty-gate` binary.

fn main() -> std::process::ExitCode {
    // First of all, while there is one thread only.
    support::network::become_privileged();
    kitty_gate::cli::main()
}
