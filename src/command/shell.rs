//! `completions` and `man`: the command line for shells and for readers of manuals, made from its one description.

use clap::CommandFactory;
use clap_complete::Shell;

use super::Outcome;
use crate::cli::Cli;
use crate::error::Error;
use crate::output::Terminal;

/// Prints the completion script of a shell.
pub(super) fn completions(shell: Shell, terminal: &Terminal) -> Result<Outcome, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "aftersight", &mut script);
    terminal.result(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Outcome::Clean)
}

/// Prints the manual page, for `man -l -`: the program, then each command.
pub(super) fn man(terminal: &Terminal) -> Result<Outcome, Error> {
    let mut page = Vec::new();
    let mut program = Cli::command();
    program.build();
    clap_mangen::Man::new(program.clone())
        .render(&mut page)
        .and_then(|()| {
            let shown = program
                .get_subcommands()
                .filter(|command| !command.is_hide_set());
            for command in shown.filter(|command| command.get_name() != "help") {
                section("aftersight", command, &mut page)?;
            }
            Ok(())
        })
        .map_err(|error| Error::io("write", "the manual page", error))?;
    terminal.result(String::from_utf8_lossy(&page).trim_end())?;
    Ok(Outcome::Clean)
}

/// One command as a section of the page, then the commands below it.
fn section(above: &str, command: &clap::Command, page: &mut Vec<u8>) -> std::io::Result<()> {
    let name = format!("{above} {}", command.get_name());
    page.extend(format!("\n.SH \"{}\"\n", name.to_uppercase()).bytes());
    // What all commands share stands at the top.
    let shared =
        |argument: &clap::Arg| argument.is_global_set() || argument.get_id().as_str() == "help";
    let shown = command.clone().mut_args(|argument| {
        let hidden = argument.is_hide_set() || shared(&argument);
        argument.hide(hidden)
    });
    let man = clap_mangen::Man::new(shown);
    man.render_description_section(page)?;
    if command
        .get_arguments()
        .any(|argument| !argument.is_hide_set() && !shared(argument))
    {
        man.render_options_section(page)?;
    }
    if command.get_after_help().is_some() {
        let mut notes = Vec::new();
        man.render_extra_section(&mut notes)?;
        page.extend(
            String::from_utf8_lossy(&notes)
                .replacen(".SH EXTRA", ".SH NOTES", 1)
                .bytes(),
        );
    }
    let below = command.get_subcommands();
    for command in below.filter(|command| command.get_name() != "help") {
        section(&name, command, page)?;
    }
    Ok(())
}
