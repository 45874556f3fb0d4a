//! What a prompt shows: profile, account and role, in at most forty cells.

use unicode_width::UnicodeWidthStr;

use crate::sanitize;

const WIDTH: usize = 40;

/// `dev Development/AdministratorAccess`. The account name is shortened first, then the rest. A profile that is itself
/// `ACCOUNT/ROLE` is shown once.
#[must_use]
pub fn render(profile: &str, account: &str, role: &str) -> String {
    let [profile, account, role] = [profile, account, role].map(sanitize::line);
    let whole = |account: &str| match profile.rsplit_once('/') {
        Some((_, last)) if last == role => format!("{account}/{role}"),
        _ => format!("{profile} {account}/{role}"),
    };
    let text = whole(&account);
    if text.width() <= WIDTH {
        return text;
    }
    let room = account.width().saturating_sub(text.width() - WIDTH);
    within(&whole(&within(&account, room.max(4))), WIDTH)
}

fn within(text: &str, cells: usize) -> String {
    if text.width() <= cells {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        if cut.width() + unicode_width::UnicodeWidthChar::width(c).unwrap_or(0) >= cells {
            break;
        }
        cut.push(c);
    }
    cut + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_name_is_shortened_first() {
        assert_eq!(render("dev", "Development", "AdministratorAccess"), "dev Development/AdministratorAccess");
        let long = render("dev", "Development of everything", "AdministratorAccess");
        assert_eq!(long, "dev Development of …/AdministratorAccess");
        assert_eq!(long.width(), WIDTH);
    }

    #[test]
    fn a_target_without_profile_is_shown_once() {
        assert_eq!(render("main:Development/Admin", "Development", "Admin"), "Development/Admin");
    }
}
