//! Which lines hold a secret: its value is never copied out of the file's text, so it can't be shown by anybody.

/// In place of the value of such a line.
pub(super) const REDACTED: &str = "[redacted]";

/// Whether the value of this line must not be shown. Misspelt keys count too, so a part of the name is enough.
pub(super) fn conceals(line: &str) -> bool {
    line.find(['=', ':']).is_some_and(|end| is_secret_key(&line[..end]))
}

fn is_secret_key(key: &str) -> bool {
    let key = key.trim().to_ascii_lowercase();
    ["secret", "password", "passphrase"].iter().any(|part| key.contains(part))
        || ["token", "private_key"].iter().any(|end| key.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

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
