//! The `backlot` program: reads its arguments, runs one command, prints one error.

use std::process::ExitCode;

fn main() -> ExitCode {
    backlot::cli::main()
}
