//! Which lines hold a secret: its value is never copied out of the file's text, so it can't be shown by anybody.

/// In place of the value of such a line.
pub(super) const REDACTED: &str = "[redacted]";

/// Whether the value of this line must not be shown. Misspelt keys count too, so a part of the name is enough.
pub(super) fn conceals(line: &str) -> bool {
    line.find(['=', ':']).is_some_and(|end| is_secret_key(&line[..end]))
}

/// Whether a secret may stand where a key should: `aws_secret_access_key SECRET=`, or a secret on a line of its own.
pub(super) fn misplaces(line: &str) -> bool {
    let key = line.split(['=', ':']).next().unwrap_or(line).trim();
    let has = |kind: fn(&char) -> bool| key.chars().any(|c| kind(&c));
    let is_key_material = key.len() >= 20
        && !key.contains(['_', '-', '.', ' '])
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_lowercase);
    is_key_material || (key.contains(char::is_whitespace) && speaks_of_secret(key))
}

/// Of the lines that continue a value, those that may be kept: none behind one that speaks of a secret, which may
/// stand on the next line. That one itself is kept only where its value can be told from its key.
pub(super) fn without_secrets<'a>(lines: &[(usize, &'a str)]) -> Vec<(usize, &'a str)> {
    let end = lines.iter().position(|(_, line)| misplaces(line) || speaks_of_secret(line));
    let kept = end.map_or(lines.len(), |end| end + usize::from(conceals(lines[end].1) && !misplaces(lines[end].1)));
    lines[..kept].to_vec()
}

fn speaks_of_secret(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || matches!(c, '=' | ':')).any(is_secret_key)
}

fn is_secret_key(key: &str) -> bool {
    let key = key.trim_end_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    ["secret", "password", "passphrase"].iter().any(|part| key.contains(part))
        || ["token", "private_key"].iter().any(|end| key.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_the_place_of_a_key_is_found() {
        for line in ["aws_session_token abcd=", "wJalrXUtnFEMIK7MDENG/bPxRfi=", "export aws_secret_access_key = x"] {
            assert!(misplaces(line), "{line}");
        }
        for line in ["my key = 1", "sso_registration_scopes = x", "cliPager = x", "Sso_Registration_Scopes = x"] {
            assert!(!misplaces(line), "{line}");
        }
    }

    #[test]
    fn keys_and_tokens_are_secret_and_their_neighbours_are_not() {
        for line in [
            "aws_secret_access_key = x",
            "AWS_Session_Token=x",
            "aws_security_token : x",
            "aws_secret_acess_key = x",
            "x_password = y",
        ] {
            assert!(conceals(line), "{line}");
        }
        for line in [
            "aws_access_key_id = x",
            "web_identity_token_file = /x",
            "x_security_token_expires = 1",
            "region = token",
            "aws_secret_access_key",
        ] {
            assert!(!conceals(line), "{line}");
        }
    }
}
