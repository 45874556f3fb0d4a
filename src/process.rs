//! What this process may leak to others of the machine while it holds secrets (security rule 21).

/// What was changed, to be given back to `exec`'s child.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hardened {
    #[cfg(unix)]
    core: Option<rustix::process::Rlimit>,
}

/// No core dump, and on Linux no ptrace and no `/proc/PID/mem` for other processes of this user. Called before the first
/// secret is read.
#[must_use]
pub fn harden() -> Hardened {
    #[cfg(target_os = "linux")]
    // Where the kernel refuses there is nothing else to be done, and the core limit below still holds.
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let before = getrlimit(Resource::Core);
        // The hard limit stays, so that it can be given back.
        let none = Rlimit { current: Some(0), maximum: before.maximum };
        let core = setrlimit(Resource::Core, none).is_ok().then_some(before);
        Hardened { core }
    }
    #[cfg(not(unix))]
    Hardened {}
}

impl Hardened {
    /// Gives limits back before `exec` replaces this process; dumpable is reset by the kernel then.
    pub fn undo(self) {
        #[cfg(unix)]
        if let Some(before) = self.core {
            // What was allowed a moment ago is allowed again: only the soft limit had changed.
            let _ = rustix::process::setrlimit(rustix::process::Resource::Core, before);
        }
    }
}
