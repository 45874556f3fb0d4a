//! A bash command line while it is being typed: its words, without evaluating anything, and how a name is written at the
//! cursor. zsh, fish and PowerShell do this themselves for whoever completes; bash leaves it to each completion.

/// A line as far as the cursor.
#[derive(Debug, PartialEq, Eq)]
pub struct Typed {
    /// Without their quotes, the last one up to the cursor. `$NAME` and the like stay as they are typed.
    pub words: Vec<String>,
    /// Where each word begins, in bytes of the line.
    pub starts: Vec<usize>,
    /// What readline keeps of the last word, without its quotes: it replaces only what follows. `None` where that begins
    /// behind a backslash, which would escape whatever is put in.
    kept: Option<String>,
    /// The quote that is open where the replacement begins.
    quote: Option<char>,
}

impl Typed {
    /// `cursor` is `COMP_POINT`, in characters or, before bash 4, in bytes; `replaced` is what readline will replace: the end
    /// of the line, from behind an opening quote or the last of `COMP_WORDBREAKS`. `None` where that does not fit together.
    #[must_use]
    pub fn parse(line: &str, cursor: usize, replaced: &str) -> Option<Self> {
        let in_characters = line.char_indices().nth(cursor).map_or(line.len(), |(index, _)| index);
        let ends = [in_characters, cursor.min(line.len())];
        let line = ends.iter().filter_map(|end| line.get(..*end)).find(|line| line.ends_with(replaced))?;
        Some(Self::of(line, line.len() - replaced.len()))
    }

    fn of(line: &str, replaced_from: usize) -> Self {
        let mut typed = Self { words: Vec::new(), starts: Vec::new(), kept: None, quote: None };
        let mut word: Option<String> = None;
        let mut quote: Option<char> = None;
        // Whether a backslash comes last, with nothing to escape yet.
        let mut is_torn = false;
        let mut chars = line.char_indices().peekable();
        while let Some((index, c)) = chars.next() {
            if index == replaced_from {
                typed.kept = Some(word.clone().unwrap_or_default());
                typed.quote = quote;
            }
            let between = quote.is_none() && c.is_ascii_whitespace();
            if between {
                typed.words.extend(word.take());
                continue;
            }
            if word.is_none() {
                typed.starts.push(index);
            }
            let word = word.get_or_insert_default();
            match (quote, c) {
                (None, '\'' | '"') => quote = Some(c),
                (Some(open), c) if c == open => quote = None,
                (None, '\\') => {
                    let escaped = chars.next();
                    is_torn |= escaped.is_none();
                    word.extend(escaped.map(|(_, c)| c).filter(|c| *c != '\n'));
                }
                (Some('"'), '\\') => match chars.next_if(|(_, c)| "$`\"\\\n".contains(*c)) {
                    Some((_, '\n')) => {}
                    Some((_, escaped)) => word.push(escaped),
                    None => word.push('\\'),
                },
                (_, c) => word.push(c),
            }
        }
        if replaced_from == line.len() && !is_torn {
            typed.kept = Some(word.clone().unwrap_or_default());
            typed.quote = quote;
        }
        if word.is_none() {
            typed.starts.push(line.len());
        }
        typed.words.push(word.unwrap_or_default());
        typed
    }

    /// The text that makes the last word `value`, in the place of what is replaced; `None` where what is kept is no part of
    /// it. `value` holds no control characters.
    #[must_use]
    pub fn insertion(&self, value: &str) -> Option<String> {
        let rest = value.strip_prefix(self.kept.as_deref()?)?;
        let mut written = match self.quote {
            Some('\'') => rest.replace('\'', r"'\''"),
            Some(_) => in_double_quotes(rest),
            None if value.is_empty() => "''".to_owned(),
            None => escaped(rest),
        };
        if let Some(quote) = self.quote {
            // readline does not double a quote that opens, nor close one behind what looks like its end.
            if written.ends_with(quote) {
                written.push(quote);
            }
            if written.starts_with(quote) {
                written.insert(0, quote);
            }
        }
        Some(written)
    }

    /// Whether all of the last word is replaced, so that words may come before it.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.kept.as_deref() == Some("") && self.quote.is_none()
    }

    /// Whether a quote is open, so that blanks stand in a name as they are.
    #[must_use]
    pub fn is_quoted(&self) -> bool {
        self.quote.is_some()
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        // Beyond ASCII nothing means anything to bash.
        if c.is_ascii() && !c.is_ascii_alphanumeric() && !"_-./:@%+,=".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// `!` is history there even behind a backslash, which then stays: it goes into quotes of its own.
fn in_double_quotes(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '!' => quoted.push_str("\"'!'\""),
            '$' | '`' | '"' | '\\' => quoted.extend(['\\', c]),
            c => quoted.push(c),
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        Typed::of(line, line.len()).words
    }

    #[test]
    fn words_are_taken_apart_and_nothing_is_evaluated() {
        assert_eq!(words("assume"), ["assume"]);
        assert_eq!(words("assume "), ["assume", ""]);
        assert_eq!(words(r"assume  a\ b 'c d'e"), ["assume", "a b", "c de"]);
        assert_eq!(words(r#"assume "a\"b\x" x"#), ["assume", r#"a"b\x"#, "x"]);
        assert_eq!(words("assume 'open quo"), ["assume", "open quo"]);
        assert_eq!(words("assume $(touch x) `y` $HOME ~"), ["assume", "$(touch", "x)", "`y`", "$HOME", "~"]);
        assert_eq!(words("assume a\\"), ["assume", "a"]);
        assert_eq!(words("assume ''"), ["assume", ""]);
        assert_eq!(words("assume é日"), ["assume", "é日"]);
    }

    #[test]
    fn the_cursor_may_be_counted_in_characters_or_bytes_and_stand_within_the_line() {
        assert_eq!(Typed::parse("assume é x", 8, "é").unwrap().words, ["assume", "é"]);
        assert_eq!(Typed::parse("assume é", 9, "é").unwrap().words, ["assume", "é"]);
        assert_eq!(Typed::parse("assume dev prod", 9, "de").unwrap().words, ["assume", "de"]);
        assert_eq!(Typed::parse("assume dev", 10, "prod"), None);
        assert_eq!(Typed::parse("assume dev", 99, "dev").unwrap().words, ["assume", "dev"]);
    }

    #[test]
    fn a_name_is_written_as_the_quotes_before_it_demand() {
        let name = r#"a b'c"d$e!f\g*é"#;
        for (line, replaced, insertion) in [
            ("assume ", "", r#"a\ b\'c\"d\$e\!f\\g\*é"#),
            ("assume 'a ", "a ", r#"a b'\''c"d$e!f\g*é"#),
            ("assume \"a ", "a ", r#"a b'c\"d\$e"'!'"f\\g*é"#),
            (r"assume a\ b", r"a\ b", r#"a\ b\'c\"d\$e\!f\\g\*é"#),
        ] {
            let typed = Typed::parse(line, line.len(), replaced).unwrap();
            assert_eq!(typed.insertion(name).unwrap(), insertion, "{line}");
        }
    }

    #[test]
    fn what_readline_keeps_is_not_written_twice() {
        let typed = Typed::parse("assume main:De", 14, "De").unwrap();
        assert_eq!(typed.insertion("main:Dev/Admin").unwrap(), "Dev/Admin");
        assert_eq!(typed.insertion("other:Dev/Admin"), None);
        let typed = Typed::parse("assume 'a b':", 13, "").unwrap();
        assert_eq!(typed.insertion("a b:c d").unwrap(), r"c\ d");
        let typed = Typed::parse("assume --shell=", 15, "").unwrap();
        assert_eq!(typed.insertion("--shell=bash").unwrap(), "bash");
    }

    #[test]
    fn nothing_is_put_in_behind_an_open_backslash() {
        assert_eq!(Typed::parse(r"assume a\", 9, "").unwrap().insertion("a'b"), None);
        assert_eq!(Typed::parse(r"assume a\:", 10, ":").unwrap().insertion("a:b"), None);
        assert_eq!(Typed::parse(r"assume a\", 9, r"a\").unwrap().insertion("a'b").unwrap(), r"a\'b");
    }

    /// What was inserted is read back as what it stands for, so that the next TAB sees it.
    #[test]
    fn what_is_written_is_read_back() {
        for name in [
            "two words",
            "it's",
            "say \"hi\"",
            "$(touch x)",
            "`x`",
            "a\\b",
            "!x",
            "*?[a]",
            "{a,b}",
            "~",
            "#",
            "é 日",
            "a&b;c|d",
            "'",
            "\"",
            "!",
            "x'",
            "x\"",
            "x!",
        ] {
            for (quote, end) in [("", ""), ("'", "'"), ("\"", "\"")] {
                let line = format!("assume {quote}");
                let written = Typed::parse(&line, line.len(), "").unwrap().insertion(name).unwrap();
                // As readline puts them together.
                let begin = if written.starts_with(quote) { "" } else { quote };
                let end = if written.ends_with(end) { "" } else { end };
                assert_eq!(words(&format!("assume {begin}{written}{end}")), ["assume", name], "{quote}");
            }
        }
    }
}
