//! What a refusal is called: short and stable, for the signature of a phase that failed.

use serde_json::Value;

use crate::context::Step;

/// How many words of a message make its name.
const WORDS: usize = 8;

/// The exception, the code, or the first plain words of what a command says went wrong; `None` where it
/// says nothing that can be understood.
pub(crate) fn name_of(step: &Step) -> Option<String> {
    let document = step.try_document().ok().or_else(|| last_document(&step.stdout_text()));
    let said = step.stdout_text() + "\n" + &step.stderr_text();
    step.traceback()
        .or_else(|| document.as_ref().and_then(code_in_document))
        .or_else(|| code_in_text(&said))
        .or_else(|| document.as_ref().and_then(message_in_document))
        .or_else(|| message_in_text(&said))
}

/// The document that ends what a command printed: some say something else before it.
fn last_document(stdout: &str) -> Option<Value> {
    let mut starts = stdout.match_indices("\n{").map(|(at, _)| at + 1);
    starts.find_map(|at| serde_json::from_str(stdout.get(at..)?).ok())
}

const CODES: [&str; 3] = ["diagnostic_code", "error_code", "code"];

fn code_in_document(document: &Value) -> Option<String> {
    let code = |value: &Value| {
        let found = CODES.iter().find_map(|key| value.get(key)?.as_str());
        found.map(str::to_owned)
    };
    code(document).or_else(|| document.get("error").and_then(code))
}

/// A line `diagnostic_code: CODE`.
fn code_in_text(said: &str) -> Option<String> {
    said.lines().find_map(|line| {
        let (key, value) = line.trim().split_once(": ")?;
        CODES.contains(&key).then(|| value.trim().to_owned())
    })
}

fn message_in_document(document: &Value) -> Option<String> {
    ["error", "message"].iter().find_map(|key| plain_words(document.get(key)?.as_str()?))
}

/// The line that is marked as an error.
fn message_in_text(said: &str) -> Option<String> {
    ["Error:", "ERROR:", "error:", "fatal:", "✗"].iter().find_map(|mark| {
        let line = said.lines().find(|line| line.contains(mark))?;
        plain_words(line.split_once(mark)?.1)
    })
}

/// The first words of the first sentence, without the names of this mission, this machine and this moment.
fn plain_words(message: &str) -> Option<String> {
    let sentence = message.split(". ").next().unwrap_or(message);
    let words: Vec<&str> = sentence
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| c.is_ascii_punctuation()))
        .filter(|word| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
        })
        .take(WORDS)
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_after_a_note_is_read() {
        let said = "Note: two files\n{\"error\": \"no\"}\n";
        assert_eq!(last_document(said).unwrap()["error"], "no");
        assert_eq!(last_document("Note: {x}\n"), None);
    }

    #[test]
    fn a_code_is_found_wherever_it_stands() {
        let nested = json!({"error": {"code": "A_CODE", "message": "no"}});
        assert_eq!(code_in_document(&nested).unwrap(), "A_CODE");
        let flat = json!({"error": "no", "error_code": "B_CODE"});
        assert_eq!(code_in_document(&flat).unwrap(), "B_CODE");
        let text = "Error: no\n    diagnostic_code: C_CODE\n";
        assert_eq!(code_in_text(text).unwrap(), "C_CODE");
    }

    #[test]
    fn words_that_differ_from_run_to_run_are_left_out() {
        let said = "  Error: cannot claim WP02: ancestry of 'lane-a' in /tmp/x was lost (0a1b)";
        assert_eq!(message_in_text(said).unwrap(), "cannot claim ancestry of lane-a in was lost");
        assert_eq!(plain_words("No status. Run it.").unwrap(), "No status");
        assert_eq!(message_in_text("All is well."), None);
    }
}
