//! The `kitty-gate` binary.

fn main() {}
