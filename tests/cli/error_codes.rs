//! The README names every error code, and none that there is not.

use std::collections::BTreeSet;
use std::path::Path;

/// What a code is given to, where an error is made.
const MAKERS: [&str; 4] = ["usage(", "failure(", "refused(", "code: "];

#[test]
fn the_readme_names_every_error_code_and_no_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut made = BTreeSet::from(["usage".to_owned()]);
    for entry in fs_err::read_dir(root.join("src/cli")).unwrap() {
        let source = fs_err::read_to_string(entry.unwrap().path()).unwrap();
        made.extend(MAKERS.iter().flat_map(|maker| given_to(&source, maker)));
    }
    let readme = fs_err::read_to_string(root.join("../README.md")).unwrap();
    let (_, from) = readme.split_once("Errors have stable codes: ").unwrap();
    let (codes, _) = from.split_once("\n## ").unwrap();
    let quoted = codes.split('`').skip(1).step_by(2).map(|word| {
        word.strip_prefix("error[").and_then(|word| word.strip_suffix(']')).unwrap_or(word)
    });
    let named: BTreeSet<String> = quoted.filter(|word| is_code(word)).map(str::to_owned).collect();
    assert!(made.len() > 30, "{made:?}");
    assert_eq!(named, made, "the README on the left, the source on the right");
}

/// The codes that stand behind a word, also where the line ends between.
fn given_to(source: &str, maker: &str) -> BTreeSet<String> {
    let behind = source.split(maker).skip(1).map(str::trim_start);
    let codes = behind.filter_map(|text| text.strip_prefix('"')?.split('"').next());
    codes.filter(|code| is_code(code)).map(str::to_owned).collect()
}

/// Commands and options are quoted, too, and none of them is of two words in lower case, or is one of these.
fn is_code(word: &str) -> bool {
    let is_kebab = word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    is_kebab && !word.starts_with('-') && !["certify", "warning"].contains(&word)
}
