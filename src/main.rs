use std::process::ExitCode;

fn main() -> ExitCode {
    aws_assume::command::run()
}
