//! cmd.exe, which can run lines but evaluate no text: for `export` alone. There is no way to write every value for it, so
//! that what it would act on is refused; nothing AWS gives holds any of it.

use super::text::Text;
use crate::error::{Error, Kind, Result};
use crate::secret::Secret;

/// `set "NAME=VALUE"`, one a line: what `for /f` runs, or a batch file.
///
/// # Errors
/// `Config` for a value that a quote, an expansion of cmd.exe or its code page would change.
pub fn lines(pairs: &[(&str, &Secret)]) -> Result<Secret> {
    let mut text = Text::new();
    for (name, value) in pairs {
        let value = value.expose();
        if !value.chars().all(|c| (c == ' ' || c.is_ascii_graphic()) && !['"', '%', '!'].contains(&c)) {
            return Err(Error::new(
                Kind::Config,
                format!("the value of {name} cannot be written for cmd.exe"),
                "run the command with it: assume exec PROFILE -- CMD; or take --format json",
            ));
        }
        text.push("set \"").push(name).push("=").push(value).push("\"\r\n");
    }
    Ok(text.into_secret())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_each_variable() {
        let (key, token) = (Secret::from("AKIAEXAMPLE"), Secret::from("a+b/c== &|<>^()'"));
        let text = lines(&[("AWS_ACCESS_KEY_ID", &key), ("AWS_SESSION_TOKEN", &token)]).unwrap();
        assert_eq!(
            text.expose(),
            "set \"AWS_ACCESS_KEY_ID=AKIAEXAMPLE\"\r\nset \"AWS_SESSION_TOKEN=a+b/c== &|<>^()'\"\r\n"
        );
    }

    #[test]
    fn what_cmd_would_act_on_is_refused() {
        for value in ["a\"&calc&\"", "%PATH%", "!x!", "a\r\ncalc", "a\nb", "\u{e9}", "\u{1b}"] {
            let error = lines(&[("AWS_REGION", &Secret::from(value))]).unwrap_err();
            assert_eq!(error.kind(), Kind::Config, "{value}");
        }
    }
}
