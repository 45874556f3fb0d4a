//! What the browser shows when a sign-in is over: plain, script-free, and nothing in it comes from a request.

use crate::identity::SessionId;
use crate::sanitize;

pub(super) fn approved(session: &SessionId) -> String {
    page(
        "Approved",
        &format!(
            "<p>You let <b>assume</b>, a program on this computer, use your AWS access portal {}: list your accounts and \
             roles, and get temporary keys for them, until that session ends.</p>\n\
             <p>If you did not start this in a terminal just now, run <code>assume logout</code> and tell whoever looks \
             after your AWS accounts.</p>\n\
             <p>You can close this page; the terminal goes on.</p>",
            named(session)
        ),
    )
}

pub(super) fn denied(session: &SessionId) -> String {
    page(
        "Not approved",
        &format!(
            "<p><b>assume</b> was given no access to your AWS access portal {}.</p>\n\
             <p>You can close this page; the terminal says what to do next.</p>",
            named(session)
        ),
    )
}

/// Names come from a config file that others may have written.
fn named(session: &SessionId) -> String {
    let url = escaped(&session.start_url);
    if session.is_inline() { format!("at {url}") } else { format!("(session {}, {url})", escaped(&session.name)) }
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} - assume</title>\n</head>\n<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in sanitize::line_within(text, 200).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_named_like_markup_is_text() {
        let session = SessionId {
            name: "<script>alert(1)</script>".into(),
            start_url: "https://x/\"onload='y'".into(),
            region: "us-east-1".into(),
        };
        for page in [approved(&session), denied(&session)] {
            assert!(!page.contains("<script") && !page.contains("onload='"));
            assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        }
    }
}
