//! What the text itself says on stderr, where only the shell can know. Plain words: they stand in an unquoted eval, so no
//! quotes, no glob characters, single blanks.

pub(super) const CANNOT_RESTORE: &str = "assume: this shell inherited its identity, so what was set before it is not known here: it is removed, not restored";
pub(super) const READ_ONLY: &str =
    "assume: a variable that has to change is read-only in this shell: nothing was changed";
pub(super) const QUOTE_IT: &str = "assume: IFS or nullglob tears the text of the switch apart: nothing was changed. Put the command substitution in double quotes";
