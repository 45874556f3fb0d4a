//! The figures, as a table of Markdown for who looks on, and as JSON for `docs/figures.py`.

use std::path::Path;
use std::{fmt, fs};

use serde_json::{Value, json};

#[derive(Default)]
pub struct Table {
    rows: Vec<[String; 5]>,
    figures: Vec<Value>,
}

#[derive(Clone, Copy)]
pub enum Limit {
    Times(f64),
    None,
}

impl Table {
    pub fn ratio(&mut self, what: &str, ours: f64, reference: &str, theirs: f64, limit: Limit) {
        let ratio = ours / theirs;
        let most = if let Limit::Times(times) = limit { json!(times) } else { Value::Null };
        self.timed(what, ours, reference, theirs, "times", &most);
        let (limit, kept) = match limit {
            Limit::Times(times) => (format!(", at most {times}x"), verdict(ratio <= times)),
            Limit::None => (String::new(), ""),
        };
        self.row(
            what,
            &format!("{ours:.2} ms"),
            &format!("{reference}: {theirs:.2} ms"),
            &format!("{ratio:.2}x{limit}"),
            kept,
        );
    }

    /// `limit` in milliseconds.
    pub fn difference(&mut self, what: &str, ours: f64, reference: &str, theirs: f64, limit: f64) {
        let more = ours - theirs;
        self.timed(what, ours, reference, theirs, "more", &json!(limit));
        let said = format!("{more:+.2} ms, under {limit} ms");
        self.row(what, &format!("{ours:.2} ms"), &format!("{reference}: {theirs:.2} ms"), &said, verdict(more < limit));
    }

    /// `limit` in milliseconds, of the whole.
    pub fn time(&mut self, what: &str, ours: f64, reference: &str, theirs: f64, limit: f64) {
        let said = format!("{:.2}x, under {limit} ms", ours / theirs);
        self.timed(what, ours, reference, theirs, "whole", &json!(limit));
        self.row(what, &format!("{ours:.2} ms"), &format!("{reference}: {theirs:.2} ms"), &said, verdict(ours < limit));
    }

    pub fn amount(&mut self, what: &str, amount: f64, unit: &str, limit: f64) {
        self.figures.push(json!({"what": what, "amount": amount, "unit": unit, "limit": limit}));
        self.row(what, &format!("{amount:.1} {unit}"), "", &format!("under {limit} {unit}"), verdict(amount < limit));
    }

    pub fn count(&mut self, what: &str, count: usize, exactly: usize) {
        self.row(what, &count.to_string(), "", &format!("exactly {exactly}"), verdict(count == exactly));
    }

    pub fn all_kept(&self) -> bool {
        self.rows.iter().all(|row| row[4] != MISSED)
    }

    pub fn missing(&mut self, what: &str, why: &str) {
        self.row(what, "not measured", why, "", "");
    }

    /// The folder is made where there is none.
    pub fn save(&self, path: &Path) {
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().and_then(|load| load.parse::<f64>().ok());
        let text = serde_json::to_string_pretty(&json!({"load": load, "figures": self.figures})).expect("JSON");
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder for the figures");
        fs::write(path, text + "\n").expect("a file for the figures");
    }

    /// Times in milliseconds; `limit` on what `of` names: how many times, how much more, or the whole.
    fn timed(&mut self, what: &str, ours: f64, reference: &str, theirs: f64, of: &str, limit: &Value) {
        self.figures.push(json!({
            "what": what, "ours": ours, "reference": reference, "theirs": theirs, "of": of, "limit": limit,
        }));
    }

    fn row(&mut self, what: &str, ours: &str, reference: &str, ratio: &str, kept: &str) {
        self.rows.push([what, ours, reference, ratio, kept].map(str::to_owned));
    }
}

const MISSED: &str = "MISSED";

fn verdict(kept: bool) -> &'static str {
    if kept { "kept" } else { MISSED }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | assume | reference | ratio and budget | |\n|---|---|---|---|---|")?;
        self.rows.iter().try_for_each(|row| writeln!(f, "| {} |", row.join(" | ")))
    }
}
