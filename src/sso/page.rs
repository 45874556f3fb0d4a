//! What the browser shows when a sign-in is over: plain, script-free, and nothing in it comes from a request.

use sha2::{Digest, Sha256};

use crate::identity::SessionId;
use crate::sanitize;

/// The only style that the pages' policy lets a browser apply, by its hash.
const STYLE: &str = "\
:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--ink:#1c2128;--quiet:#454c56;--line:#d5d9df;--good:#116329;--bad:#9a3412}
@media(prefers-color-scheme:dark){:root{--ground:#0f1216;--card:#1a1f26;--ink:#eceff3;--quiet:#b6bec9;--line:#343b45;--good:#6fdd8b;--bad:#ffb27d}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;padding:1.25rem;display:grid;place-items:center;background:var(--ground);color:var(--ink);\
font:1.0625rem/1.55 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}
main{width:100%;max-width:36rem;padding:1.75rem 2rem;background:var(--card);border:1px solid var(--line);\
border-top:.3rem solid var(--mark);border-radius:.6rem;overflow-wrap:anywhere}
.good{--mark:var(--good)}.bad{--mark:var(--bad)}
h1{margin:0 0 .75rem;font-size:1.6rem;line-height:1.25}
h1 span{color:var(--mark)}
p{margin:0 0 .9rem}
.next{font-size:1.2rem;font-weight:600}
.portal{padding:.6rem .9rem;background:var(--ground);border-radius:.4rem}
main>:last-child{margin-bottom:0}
.more{margin:1.25rem 0 0;padding-top:1rem;border-top:1px solid var(--line);color:var(--quiet)}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;padding:.1em .35em;border:1px solid var(--line);border-radius:.3em}
@media(max-width:30rem){body{padding:.75rem;place-items:start stretch}main{padding:1.25rem 1.1rem}}
";

pub(super) fn approved(session: &SessionId) -> String {
    page(
        Mark::Good,
        "Approved",
        "<p class=\"next\">Go back to your terminal: it goes on by itself. You can close this page.</p>\n\
         <p>You let <b>assume</b>, a program on this computer, use your AWS access portal: list your accounts and roles, \
         and get temporary keys for them, until that session ends.</p>",
        session,
        "<p class=\"more\">You did not start this in a terminal just now? Then somebody else did. Run \
         <code>assume logout</code>, and tell whoever looks after your AWS accounts.</p>\n",
    )
}

pub(super) fn denied(session: &SessionId) -> String {
    page(
        Mark::Bad,
        "Not approved",
        "<p class=\"next\">Go back to your terminal: it says what to do next. You can close this page.</p>\n\
         <p><b>assume</b>, a program on this computer, was given no access to your AWS access portal.</p>",
        session,
        "",
    )
}

pub(super) fn opened_twice(session: &SessionId) -> String {
    page(
        Mark::Bad,
        "Opened twice",
        "<p class=\"next\">Go back to your terminal and sign in again. Close this page, and the one that was opened before \
         it.</p>\n\
         <p>This page leads to AWS once. Somebody has opened it before, so <b>assume</b>, a program on this computer, ended \
         the sign-in to your AWS access portal: nothing was approved.</p>",
        session,
        "<p class=\"more\">That was not you, with a second click or in another browser? Then another program or person on \
         this computer opened it: tell whoever looks after the computer.</p>\n",
    )
}

/// What a browser may do with a page: apply its style, and nothing else.
pub(super) fn policy() -> String {
    let hash = data_encoding::BASE64.encode(&Sha256::digest(STYLE));
    format!("{NOTHING}; base-uri 'none'; form-action 'none'; style-src 'sha256-{hash}'")
}

/// The policy of an answer that shows nothing.
pub(super) const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

#[derive(Clone, Copy)]
enum Mark {
    Good,
    Bad,
}

/// The mark before the heading repeats what the heading says, so it is not read aloud.
fn page(mark: Mark, title: &str, before: &str, session: &SessionId, after: &str) -> String {
    let (class, sign) = match mark {
        Mark::Good => ("good", "\u{2713}"),
        Mark::Bad => ("bad", "\u{2715}"),
    };
    let portal = portal(session);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} - assume</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main class=\"{class}\">\n\
         <h1><span aria-hidden=\"true\">{sign}</span> {title}</h1>\n{before}\n{portal}\n{after}</main>\n</body>\n</html>\n"
    )
}

/// Names come from a config file that others may have written.
fn portal(session: &SessionId) -> String {
    let url = escaped(&session.start_url);
    let name =
        if session.is_inline() { String::new() } else { format!("<b>session {}</b><br>", escaped(&session.name)) };
    format!("<p class=\"portal\">{name}{url}</p>")
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
        for page in [approved(&session), denied(&session), opened_twice(&session)] {
            assert!(!page.contains("<script") && !page.contains("onload='"));
            assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        }
    }

    #[test]
    fn a_browser_applies_the_style_of_the_page_and_no_other() {
        let session = SessionId { name: "s".into(), start_url: "https://x/start".into(), region: "r".into() };
        let page = approved(&session);
        let (_, rest) = page.split_once("<style>").unwrap();
        let (style, rest) = rest.split_once("</style>").unwrap();
        let hash = data_encoding::BASE64.encode(&Sha256::digest(style));
        assert!(policy().starts_with(NOTHING) && policy().ends_with(&format!("; style-src 'sha256-{hash}'")));
        assert!(!rest.contains("style"));
    }
}
