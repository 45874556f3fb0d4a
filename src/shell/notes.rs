//! What the text itself says on stderr, where only the shell can know. Plain words: they stand in an unquoted eval, so no
//! quotes, no glob characters, single blanks.

/// For `off` in a shell that inherited its identity.
pub(super) fn cannot_restore(keys_are_ours: bool) -> &'static str {
    if keys_are_ours {
        "assume: this shell inherited its identity, so what was set before it is not known here: it is removed, not restored"
    } else {
        "assume: this shell inherited its identity, so what was set before it is not known here, nor whether its keys came from assume: the keys stay, the rest is removed"
    }
}
pub(super) const READ_ONLY: &str = "assume: a variable that has to change is read-only here, or set for this command or function alone: nothing was changed";
pub(super) const READ_ONLY_HINT: &str = "hint: put no assignment before the command, nor a local of that name around it; readonly -p shows what is read-only";
/// An alias, or bash's `set -k`, which takes assignments away from commands.
pub(super) const NOT_EXPORTED: &str = "assume: export does not work in this shell, which has no keys now";
pub(super) const NOT_EXPORTED_HINT: &str =
    "hint: look for an alias or function of that name, and for set -k, and switch again";
pub(super) const TORN: &str = "assume: IFS or nullglob tears the text of the switch apart: nothing was changed";
pub(super) const TORN_HINT: &str = "hint: put the command substitution in double quotes";
