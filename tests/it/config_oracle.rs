//! Our reader of AWS's files against two that nobody here wrote: botocore, which the AWS CLI and boto3 read with, and
//! the parser of the Rust SDK. Over every file of `tests/corpus/config`; each intended difference stands, with its
//! reason, in `differences.md` there. One that is not listed fails, and so does one that is listed and gone.
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use aws_assume::config::{Config, SectionKind};
use aws_assume::environment::Environment;
use serde::Deserialize;

mod aws_runtime;
mod botocore;
mod differences;

use differences::judge;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/config");

struct Case {
    name: String,
    oddities: Vec<String>,
    config: PathBuf,
    credentials: PathBuf,
}

type Sections = BTreeMap<String, BTreeMap<String, String>>;

/// What a reader made of a case.
#[derive(Default)]
struct Reading {
    profiles: Sections,
    sessions: Sections,
    services: Sections,
}

#[test]
fn botocore_reads_the_corpus_as_we_do() {
    let folder = tempfile::tempdir().unwrap();
    let cases = cases(folder.path());
    let Some(theirs) = botocore::read(&cases) else { return };
    let found = cases.iter().zip(&theirs).map(|(case, theirs)| botocore::against(&ours(case), case, theirs));
    judge("botocore", &cases, found);
}

#[test]
fn aws_runtime_reads_the_corpus_as_we_do() {
    let folder = tempfile::tempdir().unwrap();
    let cases = cases(folder.path());
    let found = cases.iter().map(|case| aws_runtime::against(&ours(case), case));
    judge("aws-runtime", &cases, found);
}

#[test]
fn the_corpus_has_more_than_eight_hundred_cases() {
    let folder = tempfile::tempdir().unwrap();
    assert!(cases(folder.path()).len() > 800);
}

// ---- the corpus ----------------------------------------------------------------------------------------------

#[derive(Deserialize)]
struct Generated {
    name: String,
    oddities: Vec<String>,
    config: String,
    credentials: String,
}

fn cases(folder: &Path) -> Vec<Case> {
    let hand = Path::new(CORPUS).join("hand");
    let files = std::fs::read_dir(&hand).unwrap().map(|entry| entry.unwrap().path());
    let names: BTreeSet<String> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let by_hand = names.into_iter().map(|name| Case {
        config: hand.join(format!("{name}.config")),
        credentials: hand.join(format!("{name}.credentials")),
        oddities: Vec::new(),
        name,
    });
    let generated = ["generated.json", "field.json"].into_iter().flat_map(|file| {
        let text = std::fs::read_to_string(Path::new(CORPUS).join(file)).unwrap();
        serde_json::from_str::<Vec<Generated>>(&text).unwrap()
    });
    let generated = generated.map(|case| {
        let (config, credentials) = (folder.join(&case.name), folder.join(format!("{}.credentials", case.name)));
        std::fs::write(&config, case.config).unwrap();
        std::fs::write(&credentials, case.credentials).unwrap();
        Case { name: case.name, oddities: case.oddities, config, credentials }
    });
    by_hand.chain(generated).collect()
}

fn load(case: &Case) -> Config {
    let variables = [("AWS_CONFIG_FILE", &case.config), ("AWS_SHARED_CREDENTIALS_FILE", &case.credentials)];
    Config::load(&Environment::from_pairs(variables)).unwrap()
}

fn ours(case: &Case) -> Reading {
    let config = load(case);
    let sections = |kind| {
        let settings = |name: &str| {
            let settings = config.settings(kind, name).unwrap().into_iter();
            settings.map(|setting| (setting.key, setting.value)).collect()
        };
        config.section_names(kind).into_iter().map(|name| (name.to_owned(), settings(name))).collect()
    };
    Reading {
        profiles: sections(SectionKind::Profile),
        sessions: sections(SectionKind::SsoSession),
        services: sections(SectionKind::Services),
    }
}
