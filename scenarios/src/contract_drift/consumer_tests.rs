use serde_json::json;

use super::*;

/// What the consumer of a real release prints with the real package, shortened to one envelope.
const HEALTHY: &str = include_str!("healthy.json");

/// The oracle that the scenario began with: a word anywhere in the output (facts A.5).
fn naive(output: &str) -> bool {
    ["event_id", "envelope", "999.0.0"].iter().any(|word| output.contains(word))
}

fn healthy() -> Value {
    serde_json::from_str(HEALTHY).unwrap()
}

fn invalid(message: &str) -> Value {
    let error = json!({"error": "ENVELOPE_INVALID", "event_id": "01", "message": message});
    json!({"valid": false, "envelope_count": 3, "errors": vec![error; CONTRACT_EVENTS]})
}

#[test]
fn the_naive_oracle_is_vacuous() {
    assert!(naive(HEALTHY), "it calls a healthy consumer a detection");
    let reading = reading_of(Exit::Code(0), None, Some(healthy()));
    for drift in Drift::ALL {
        assert_eq!(missed(&reading, drift).as_deref(), Some("missed: valid"));
    }
    let crash = "Traceback ...\nModuleNotFoundError: no spec_kitty_events.envelope";
    assert!(naive(crash), "it calls a crash a detection");
}

#[test]
fn a_detection_names_the_field_in_the_right_place() {
    let message =
        "1 validation error for Event\nevt_id\n  Field required [input_value={'event_id': '01'}]";
    let reading = reading_of(Exit::Code(1), None, Some(invalid(message)));
    assert_eq!(missed(&reading, Drift::RenameId), None);
    // The message holds "event_id", too, but not as the place of the error.
    assert_eq!(missed(&reading, Drift::StrictId).as_deref(), Some("names: evt_id"));
}

#[test]
fn what_is_no_answer_is_no_detection() {
    let traceback = Some("traceback: Exit".to_owned());
    for (exit, traceback, document, signature) in [
        (Exit::Code(1), None, None, "consumer-cannot-start: no JSON"),
        (
            Exit::Code(1),
            traceback,
            Some(invalid("a\nevt_id")),
            "consumer-cannot-start: traceback: Exit",
        ),
        (
            Exit::Code(1),
            None,
            Some(json!({"error": "DRY_RUN_FAILED"})),
            "consumer-cannot-start: DRY_RUN_FAILED",
        ),
        (
            Exit::Code(0),
            None,
            Some(invalid("a\nevt_id")),
            "contradiction: exit 0, valid=false, errors=3",
        ),
        (
            Exit::Code(2),
            None,
            Some(invalid("a\nevt_id")),
            "contradiction: exit 2, valid=false, errors=3",
        ),
        (
            Exit::Code(1),
            None,
            Some(json!({"valid": false, "errors": [{"error": "OTHER", "message": "a\nevt_id"}]})),
            "codes: OTHER",
        ),
        (
            Exit::Code(1),
            None,
            Some(
                json!({"valid": false, "errors": [{"error": "ENVELOPE_INVALID", "message": "a\nevt_id"}]}),
            ),
            "errors=1",
        ),
    ] {
        let reading = reading_of(exit, traceback, document);
        assert_eq!(missed(&reading, Drift::RenameId).as_deref(), Some(signature));
    }
}
