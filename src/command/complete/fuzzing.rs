//! What a shell sends when TAB is pressed.

use std::cell::OnceCell;

use clap::CommandFactory;
use data_encoding::BASE64;

use super::{Found, Place, bash, powershell};
use crate::cli::Cli;
use crate::config::fuzzing::config_of;
use crate::environment::Environment;
use crate::fuzzing::{parts, texts};
use crate::sanitize;

/// The first part is an AWS config, the rest what is typed: one candidate a line, and nothing in it that does not show.
pub fn completion(data: &[u8]) {
    thread_local! {
        static ROOT: clap::Command = {
            let mut root = Cli::command();
            root.build();
            root
        };
    }
    let [config, typed] = parts(data);
    let [cursor, line, replaced, kind] = texts(typed);
    let place = Place {
        root: ROOT.with(Clone::clone),
        config: OnceCell::from(Some(config_of(config, b""))),
        store: None,
        environment: Environment::from_pairs([("ASSUME_PREVIOUS", "a\u{1b}b")]),
    };
    let words: Vec<String> = line.split(' ').skip(1).map(str::to_owned).collect();
    for found in [place.begun(&words), place.alike(&words)] {
        if let Found::Offers(offers) = &found {
            let text = found.text();
            assert_eq!(text.lines().count(), offers.len(), "a name forges a candidate");
            assert!(text.lines().all(|line| line.split('\t').count() == 3), "{text:?}");
            assert!(offers.iter().all(|offer| sanitize::is_shown(&offer.value)), "{offers:?}");
        }
    }
    let sent = [kind, "80".into(), cursor, line.clone(), replaced];
    let parts = line.split_whitespace().map(str::to_owned);
    if let Some(answer) = bash::answer(&sent.into_iter().chain(parts).collect::<Vec<_>>(), &place) {
        let is_command = answer.starts_with('\t');
        assert!(is_command || answer.lines().all(sanitize::is_shown), "{answer:?}");
    }
    let sent = BASE64.encode(words.join("\0").as_bytes());
    let answer = powershell::answer(&[sent], &place).expect("it is text");
    assert!(BASE64.decode(answer.trim_end().as_bytes()).is_ok());
}
