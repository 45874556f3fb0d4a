//! Which shell started this process. None of them exports its name, and `SHELL` is the login shell: the parent process
//! tells.

use super::Dialect;

/// A parent may be ourselves (a detached copy) or something that runs a command for a shell.
const DEPTH: usize = 16;
const PASSED_OVER: [&str; 16] = [
    "assume",
    "sudo",
    "doas",
    "env",
    "timeout",
    "nice",
    "ionice",
    "nohup",
    "time",
    "strace",
    "ltrace",
    "setsid",
    "stdbuf",
    "chrt",
    "taskset",
    "catchsegv",
];

struct Process {
    parent: u32,
    /// The most telling first: the program's file, what the process calls itself, its first argument.
    names: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shell {
    Speaks(Dialect),
    /// It can evaluate nothing.
    Cmd,
}

pub(super) fn parent() -> Option<Shell> {
    walk(system::parent_id()?, system::process)
}

fn walk(start: u32, process: impl Fn(u32) -> Option<Process>) -> Option<Shell> {
    let mut id = start;
    for _ in 0..DEPTH {
        let Process { parent, names } = process(id)?;
        let names: Vec<String> = names.iter().map(|name| program(name)).collect();
        if let Some(shell) = names.iter().find_map(|name| of_program(name)) {
            return Some(shell);
        }
        if !names.iter().any(|name| PASSED_OVER.contains(&name.as_str())) {
            return None;
        }
        id = parent;
    }
    None
}

fn of_program(name: &str) -> Option<Shell> {
    let dialect = match name {
        "bash" => Dialect::Bash,
        "zsh" => Dialect::Zsh,
        "fish" => Dialect::Fish,
        "pwsh" | "pwsh-preview" | "powershell" => Dialect::PowerShell,
        "sh" | "dash" | "ash" | "busybox" | "ksh" | "ksh93" | "mksh" | "yash" | "posh" => Dialect::Sh,
        "nu" => Dialect::Json,
        "cmd" => return Some(Shell::Cmd),
        _ => return None,
    };
    Some(Shell::Speaks(dialect))
}

/// `-bash`, `/usr/bin/zsh-5.9`, `.fish-wrapped`, `/bin/bash (deleted)`, `pwsh.exe` as their plain names.
fn program(name: &str) -> String {
    let name = name.strip_suffix(" (deleted)").unwrap_or(name);
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    let name = name.trim_start_matches(['-', '.']);
    let name = name.strip_suffix("-wrapped").unwrap_or(name);
    let versionless = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    if of_program(name).is_some() { name.to_owned() } else { versionless.to_owned() }
}

#[cfg(target_os = "linux")]
mod system {
    use std::fs;

    use super::Process;

    pub(super) fn parent_id() -> Option<u32> {
        u32::try_from(rustix::process::getppid()?.as_raw_nonzero().get()).ok()
    }

    /// The program's file may be unreadable (another user's process, as under `sudo`) and the name that of a script: a
    /// script's interpreter is found by its file.
    pub(super) fn process(id: u32) -> Option<Process> {
        let status = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        let (head, tail) = status.rsplit_once(')')?;
        let comm = head.split_once('(')?.1;
        let parent = tail.split_ascii_whitespace().nth(1)?.parse().ok()?;

        let file = fs::read_link(format!("/proc/{id}/exe")).ok();
        let first = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        let first = first.split(|&byte| byte == 0).next().unwrap_or_default();
        let names = file.map(|file| file.to_string_lossy().into_owned()).into_iter();
        let names = names.chain([comm.to_owned(), String::from_utf8_lossy(first).into_owned()]).collect();
        Some(Process { parent, names })
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};

    use super::Process;

    pub(super) fn parent_id() -> Option<u32> {
        process(sysinfo::get_current_pid().ok()?.as_u32()).map(|process| process.parent)
    }

    pub(super) fn process(id: u32) -> Option<Process> {
        let id = Pid::from_u32(id);
        let mut system = System::new();
        let wanted = ProcessRefreshKind::nothing().with_exe(UpdateKind::Always).with_cmd(UpdateKind::Always);
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[id]), false, wanted);
        let process = system.process(id)?;
        let file = process.exe().map(|file| file.to_string_lossy().into_owned()).into_iter();
        let names = file.chain([process.name().to_string_lossy().into_owned()]);
        let names = names.chain(process.cmd().first().map(|first| first.to_string_lossy().into_owned())).collect();
        // A shell may have outlived what started it.
        Some(Process { parent: process.parent().map_or(0, Pid::as_u32), names })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ancestors(chain: &'static [&'static [&'static str]]) -> Option<Shell> {
        walk(0, |id| {
            let names = chain.get(usize::try_from(id).unwrap())?;
            Some(Process { parent: id + 1, names: names.iter().map(|&name| name.to_owned()).collect() })
        })
    }

    #[test]
    fn a_shell_is_known_under_each_of_its_names() {
        for (name, dialect) in [
            ("-bash", Dialect::Bash),
            ("/usr/local/bin/zsh-5.9", Dialect::Zsh),
            ("/nix/store/x/bin/.fish-wrapped", Dialect::Fish),
            ("/bin/bash (deleted)", Dialect::Bash),
            ("C:\\Program Files\\PowerShell\\7\\pwsh.exe", Dialect::PowerShell),
            ("C:\\WINDOWS\\System32\\WindowsPowerShell\\v1.0\\PowerShell.EXE", Dialect::PowerShell),
            ("/bin/dash", Dialect::Sh),
            ("ksh93", Dialect::Sh),
            ("nu", Dialect::Json),
        ] {
            assert_eq!(of_program(&program(name)), Some(Shell::Speaks(dialect)), "{name}");
        }
        assert_eq!(of_program(&program("C:\\Windows\\System32\\cmd.exe")), Some(Shell::Cmd));
    }

    #[test]
    fn what_runs_a_command_for_a_shell_is_passed_over() {
        assert_eq!(
            ancestors(&[&["/usr/bin/timeout"], &["sudo"], &["/home/me/assume"], &["/bin/zsh"]]),
            Some(Shell::Speaks(Dialect::Zsh))
        );
        assert_eq!(ancestors(&[&["/usr/bin/bash", "deploy.sh"]]), Some(Shell::Speaks(Dialect::Bash)));
        assert_eq!(ancestors(&[&["/usr/bin/python3.11", "python3"], &["/bin/zsh"]]), None);
        assert_eq!(ancestors(&[&["strace"]]), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_has_a_parent() {
        assert!(system::process(system::parent_id().unwrap()).is_some());
    }
}
