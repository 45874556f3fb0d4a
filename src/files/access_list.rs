//! Windows' text form of who owns a folder and who may do what with it (SDDL), as far as it decides whether a folder is
//! private.

use crate::sanitize;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Whose it is.
    Owner(String),
    /// Who else may do something with it, and how `icacls` is told to take that away, where it needs to be.
    Open { to: String, remove: Option<&'static str> },
}

/// SYSTEM and administrators can take what they like anyway; "creator owner" and "owner rights" mean whoever owns.
const TRUSTED: [&str; 4] = ["SY", "BA", "CO", "OW"];

/// Groups as such a text, a person and `icacls` name them.
const KNOWN: [(&str, &str, &str); 5] = [
    ("WD", "Everyone", "*S-1-1-0"),
    ("BU", "Users", "*S-1-5-32-545"),
    ("AU", "Authenticated Users", "*S-1-5-11"),
    ("BG", "Guests", "*S-1-5-32-546"),
    ("IU", "INTERACTIVE", "*S-1-5-4"),
];

/// Everything for `us` and SYSTEM, nothing for anybody else; protected from what the folder above it grants, and handed
/// on to what is made inside.
pub(super) fn private(us: &str) -> String {
    format!("D:P(A;OICI;FA;;;{us})(A;OICI;FA;;;SY)")
}

/// What is wrong with `O:OWNER…D:LIST` for `us`, written as such texts write it. What cannot be read is open.
pub(super) fn fault(text: &str, us: &str) -> Option<Fault> {
    let open = |to: &str| {
        let known = KNOWN.iter().find(|(short, ..)| *short == to);
        let to = sanitize::line_within(known.map_or(to, |(_, name, _)| name), 100);
        Some(Fault::Open { to, remove: known.map(|(.., id)| *id) })
    };
    let Some((owner, list)) = text.strip_prefix("O:").and_then(|text| text.split_once("D:")) else {
        return open("WD");
    };
    let owner = owner.split_once("G:").map_or(owner, |(owner, _)| owner);
    if owner != us && !["SY", "BA"].contains(&owner) {
        return Some(Fault::Owner(sanitize::line_within(owner, 100)));
    }
    let (flags, entries) = list.find('(').map_or((list, ""), |start| list.split_at(start));
    if flags.contains("NO_ACCESS_CONTROL") {
        return open("WD");
    }
    if entries.is_empty() {
        return None;
    }
    let Some(entries) = entries.strip_prefix('(').and_then(|entries| entries.strip_suffix(')')) else {
        return open("WD");
    };
    entries.split(")(").find_map(|entry| {
        let fields: Vec<&str> = entry.splitn(7, ';').collect();
        match fields[..] {
            [kind, _, _, _, _, who, ..] if is_denial(kind) || who == us || TRUSTED.contains(&who) => None,
            [_, _, _, _, _, who, ..] => open(who),
            _ => open(entry),
        }
    })
}

fn is_denial(kind: &str) -> bool {
    ["D", "OD", "XD"].contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    const US: &str = "S-1-5-21-1-2-3-1001";

    #[test]
    fn only_a_folder_of_the_user_and_the_system_is_private() {
        for private in [
            "O:S-1-5-21-1-2-3-1001D:P(A;OICI;FA;;;S-1-5-21-1-2-3-1001)(A;OICI;FA;;;SY)",
            "O:S-1-5-21-1-2-3-1001G:S-1-5-21-1-2-3-513D:PAI(A;OICI;FA;;;S-1-5-21-1-2-3-1001)(A;OICI;FA;;;SY)",
            "O:BAD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;FA;;;S-1-5-21-1-2-3-1001)(A;OICIIOID;GA;;;CO)",
            "O:S-1-5-21-1-2-3-1001D:(D;;FA;;;WD)(A;;FA;;;S-1-5-21-1-2-3-1001)",
            "O:S-1-5-21-1-2-3-1001D:P",
        ] {
            assert_eq!(fault(private, US), None, "{private}");
        }
        let list = format!("O:{US}{}", super::private(US));
        assert_eq!(fault(&list, US), None);
    }

    #[test]
    fn a_folder_that_anybody_else_may_look_into_is_open() {
        for (text, to) in [
            ("O:S-1-5-21-1-2-3-1001D:AI(A;OICIID;FA;;;SY)(A;OICIID;0x1200a9;;;BU)", "Users"),
            ("O:S-1-5-21-1-2-3-1001D:(A;;FR;;;WD)(A;;FA;;;S-1-5-21-1-2-3-1001)", "Everyone"),
            (
                "O:S-1-5-21-1-2-3-1001D:(A;;FA;;;S-1-5-21-1-2-3-1001)(A;;FR;;;S-1-5-21-1-2-3-10010)",
                "S-1-5-21-1-2-3-10010",
            ),
            ("O:S-1-5-21-1-2-3-1001D:NO_ACCESS_CONTROL", "Everyone"),
            ("O:S-1-5-21-1-2-3-1001", "Everyone"),
            ("", "Everyone"),
            ("O:S-1-5-21-1-2-3-1001D:(XA;;FX;;;S-1-1-0;(@User.Title==\"a\"))", "S-1-1-0"),
            ("O:S-1-5-21-1-2-3-1001D:(?)", "?"),
            ("O:S-1-5-21-1-2-3-1001D:(A;;FR;;;WD", "Everyone"),
        ] {
            let found = fault(text, US);
            assert!(matches!(&found, Some(Fault::Open { to: found, .. }) if found == to), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_folder_of_someone_else_is_not_ours_whatever_it_grants() {
        let text = "O:S-1-5-21-1-2-3-1002D:P(A;OICI;FA;;;S-1-5-21-1-2-3-1001)";
        assert_eq!(fault(text, US), Some(Fault::Owner("S-1-5-21-1-2-3-1002".into())));
    }
}
