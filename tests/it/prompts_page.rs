//! The page about prompts shows the very files that `tests/prompts/run` tries with the tools they are for.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_snippet_of_the_page_is_a_file_that_is_tried_and_every_file_is_on_the_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/prompts.md")).unwrap();
    let tried = fs::read_to_string(root.join("tests/prompts/snippets.py")).unwrap();
    let shown: BTreeSet<String> = page.split("\n```").skip(1).step_by(2).map(code).collect();
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(root.join("docs/prompts")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(page.contains(&format!("`docs/prompts/{name}`")), "{name} is not named on the page");
        let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
        assert!(
            tried.contains(&format!("\"{name}\"")) || tried.contains(&format!("\"{stem}.{{")),
            "{name} is not tried"
        );
        files.insert(fs::read_to_string(&path).unwrap());
    }
    assert_eq!(shown, files);
}

/// Of a fenced block, what stands between the line of its language and its end.
fn code(block: &str) -> String {
    block.split_once('\n').map_or_else(String::new, |(_language, text)| format!("{text}\n"))
}
