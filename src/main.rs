//! The `aftersight` program: hands over to the library and returns its exit code.

fn main() -> std::process::ExitCode {
    aftersight::command::run()
}
