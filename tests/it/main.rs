//! What a user can see, in real shells on a real terminal.

mod stand_in;
