use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::*;
use crate::environment::Environment;
use crate::settings::Settings;

const NAMES: Names = Names {
    profile: "dev",
    account: "Development",
    account_id: "111122223333",
    role: "AdministratorAccess",
    region: "",
    session: "main",
};

/// With `format` as a person writes it into `config.toml`.
fn settings(format: &str) -> SegmentSettings {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, format!("[segment]\nformat = {}\n", toml::Value::from(format))).unwrap();
    Settings::load(&Environment::from_pairs([("ASSUME_CONFIG", path)])).unwrap().segment().clone()
}

fn with_time(segment: &Segment) -> String {
    format!("{}{}{}", segment.before, if segment.has_left { "47m" } else { "" }, segment.after)
}

fn shown(format: &str, names: &Names) -> String {
    with_time(&render(&settings(format), 80, names, true))
}

#[test]
fn the_account_name_is_shortened_first_then_role_then_the_end() {
    for (cells, text) in [
        (43, "dev Development/AdministratorAccess 47m"),
        (42, "dev Developme…/AdministratorAccess 47m"),
        (40, "dev Develop…/AdministratorAccess 47m"),
        (30, "dev Dev…/Administrato… 47m"),
        (20, "dev Dev…/Ad… 47m"),
        (12, "dev… 47m"),
        (11, "dev Dev…/A…"),
        (3, "de…"),
        (0, ""),
    ] {
        let segment = render(&SegmentSettings::default(), cells, &NAMES, true);
        assert_eq!(with_time(&segment), text, "{cells}");
    }
}

/// README and `docs/prompts.md` show it, so it is what a person sees who has set nothing.
#[test]
fn the_example_of_the_documentation_is_what_is_shown() {
    let (settings, names) = (SegmentSettings::default(), Names { role: "ReadOnlyAccess", ..NAMES });
    let example = with_time(&render(&settings, settings.width, &names, true));
    for page in ["README.md", "docs/prompts.md"] {
        let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
        assert!(text.contains(&example) && !text.contains("/AdministratorAccess 47m"), "{page}: {example}");
    }
}

#[test]
fn a_target_without_profile_is_shown_once() {
    let names = Names { profile: "main:Development/AdministratorAccess", ..NAMES };
    assert_eq!(shown("{profile} {account}/{role} {left}", &names), "Development/AdministratorAccess 47m");
    assert_eq!(shown("{profile} {left}", &names), "main:Development/AdministratorAccess 47m");
}

#[test]
fn blanks_around_what_is_empty_are_squeezed() {
    for (format, text) in [
        ("{region} {role}", "AdministratorAccess"),
        ("{role} {region} {left}", "AdministratorAccess 47m"),
        ("{profile}  {session} {region} {account}", "dev  main Development"),
        ("{left} {region} {profile}", "47m dev"),
        ("{profile} {region}", "dev"),
        ("[{profile} {region} ({left})]", "[dev (47m)]"),
        ("{{{profile}}}", "{dev}"),
        ("", ""),
    ] {
        assert_eq!(shown(format, &NAMES), text, "{format}");
    }
}

#[test]
fn without_the_time_nothing_of_it_stays() {
    for (format, text) in [
        ("{profile} {account} {left}", "dev Development"),
        ("{left} {profile}", "dev"),
        ("{profile} ({left}) {role}", "dev AdministratorAccess"),
        ("{profile} [{left}]", "dev"),
        ("{left}", ""),
        ("{profile}", "dev"),
    ] {
        assert_eq!(render(&settings(format), 80, &NAMES, true).without_time(), text, "{format}");
        assert_eq!(names_only(&settings(format), 80, &NAMES, true), text, "{format}");
    }
    let narrow = render(&settings("{profile} ({left})"), 11, &NAMES, true);
    assert_eq!(narrow, Segment { before: "dev".to_owned(), ..Segment::default() }, "no room for the time");
}

#[test]
fn no_room_is_kept_for_a_time_that_is_not_shown() {
    assert_eq!(names_only(&SegmentSettings::default(), 35, &NAMES, true), "dev Development/AdministratorAccess");
    let names = Names { account: "Development of everything", ..NAMES };
    assert_eq!(names_only(&SegmentSettings::default(), 40, &names, true), "dev Development of …/AdministratorAccess");
}

#[test]
fn in_another_locale_all_is_ascii() {
    let names = Names { account: "Entwicklung für alle Welt und länger", ..NAMES };
    let segment = render(&settings("⎈ {profile} {account}"), 30, &names, false);
    assert_eq!(segment.before, "? dev Entwicklung f?r alle We~");
}

#[test]
fn time_left_is_short_and_never_wider_than_its_room() {
    for (seconds, text) in [
        (i64::MIN, "expired"),
        (0, "expired"),
        (1, "1s"),
        (59, "59s"),
        (60, "1m"),
        (3_599, "59m"),
        (3_600, "1h0m"),
        (28_799, "7h59m"),
        (43_200, "12h0m"),
        (345_599, "95h59m"),
        (345_600, "4d"),
        (i64::MAX, "999999d"),
    ] {
        assert_eq!(left(seconds), text);
        assert!(left(seconds).width() <= TIME, "{text}");
    }
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-Z0-9 /_-]{0,60}",
        "[\\u{4e00}-\\u{4eff}\\u{1f600}-\\u{1f64f}\\u{300}-\\u{36f}\\u{1f1e6}-\\u{1f1ff}]{0,30}",
        Just("\u{1b}]0;title\u{7}$(touch canary)\u{202e}\u{fe0f}".to_owned()),
    ]
}

proptest! {
    #[test]
    fn no_names_make_it_wider_than_asked_nor_move_a_cursor(
        profile in name(), account in name(), role in name(), region in name(), session in name(),
        which in 0..5_usize, cells in 0..100_usize, seconds in any::<i64>(), utf8 in any::<bool>(),
    ) {
        let formats = [
            "{profile} {account}/{role} {left}",
            "{left} {session}:{account_id} {region}",
            "⎈ {{{profile}}} ({left}) {account} {account}",
            "{role}",
            "日本 {left} a long text that holds no names at all and is cut like any other {profile}",
        ];
        let names = Names {
            profile: &profile, account: &account, account_id: "111122223333", role: &role, region: &region, session: &session,
        };
        let segment = render(&settings(formats[which]), cells, &names, utf8);
        let time = if segment.has_left { left(seconds) } else { String::new() };
        let text = format!("{}{time}{}", segment.before, segment.after);
        for text in [text, segment.without_time(), names_only(&settings(formats[which]), cells, &names, utf8)] {
            prop_assert!(text.width() <= cells, "{text:?}");
            prop_assert!(width(&text) <= cells, "{text:?}");
            prop_assert_eq!(&sanitize::line(&text), &text);
            prop_assert!(utf8 || text.is_ascii(), "{text:?}");
            prop_assert_eq!(text.trim(), &text);
        }
    }
}
