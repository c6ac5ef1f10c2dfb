//! `man`, `completions`: every command has a page with its exit codes, and a completion.

use crate::util::Folder;

/// The names of all commands that have a page.
fn commands(folder: &Folder) -> Vec<String> {
    folder.run(&["man", "--out", "pages"], 0);
    let names: Vec<_> = folder
        .names("pages")
        .iter()
        .filter_map(|page| page.strip_prefix("rebuild-verifier-")?.strip_suffix(".1"))
        .map(String::from)
        .collect();
    for known in ["compare", "attest", "report", "hash"] {
        assert!(names.iter().any(|name| name == known), "{names:?}");
    }
    names
}

#[test]
fn the_help_and_the_page_of_every_command_name_its_exit_codes() {
    let folder = Folder::new();
    for command in commands(&folder) {
        let help = folder.run(&[&command, "--help"], 0).stdout;
        assert!(help.contains("\nExit codes:\n  0  "), "{help}");
        assert!(help.contains("\n  2  "), "{help}");
        let page = folder.read(&format!("pages/rebuild-verifier-{command}.1"));
        assert!(String::from_utf8(page).unwrap().contains("Exit codes:"), "{command}");
    }
}

#[test]
fn every_command_is_on_the_first_page_and_in_every_completion() {
    let folder = Folder::new();
    let commands = commands(&folder);
    let page = String::from_utf8(folder.read("pages/rebuild-verifier.1")).unwrap();
    for command in &commands {
        let entry = format!("rebuild\\-verifier\\-{}(1)", command.replace('-', "\\-"));
        assert!(page.contains(&entry), "{entry} is not in {page}");
    }
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = folder.run(&["completions", shell], 0).stdout;
        for command in &commands {
            assert!(script.contains(command.as_str()), "{command}: {script}");
        }
    }
}

#[test]
fn pages_know_no_date_and_are_the_same_every_time() {
    let folder = Folder::new();
    folder.run(&["man", "--out", "one"], 0);
    folder.run(&["man", "--out", "two"], 0);
    let names = folder.names("one");
    assert_eq!(names, folder.names("two"));
    for name in names {
        let page = folder.read(&format!("one/{name}"));
        assert_eq!(page, folder.read(&format!("two/{name}")));
        let text = String::from_utf8(page).unwrap();
        let title = text.lines().find(|line| line.starts_with(".TH ")).unwrap();
        // The name and the section come first. The date after them is empty.
        assert!(title.contains(" 1  \""), "{title}");
    }
}

#[test]
fn pages_that_are_there_already_are_not_replaced() {
    let folder = Folder::new();
    folder.write("pages/rebuild-verifier-compare.1", "old");
    folder
        .run(&["man", "--out", "pages"], 2)
        .assert_error(&["rebuild-verifier-compare.1", "exists already"]);
    assert_eq!(folder.names("pages"), ["rebuild-verifier-compare.1"]);
}

#[test]
fn an_unknown_shell_is_refused() {
    let output = Folder::new().run(&["completions", "cmd"], 2);
    assert!(output.stderr.contains("possible values"), "{}", output.stderr);
}
