//! What holds for every stream.

use std::io::BufReader;

use proptest::prelude::*;

use super::*;
use crate::contract::sync_diagnostic::{Code, DIAGNOSTIC_LIMIT, QUOTE_LIMIT, QUOTES_KEPT, cut};

/// A message of plain words, none longer than a terminal is wide.
const MESSAGE: &str = "[A-Za-z;.:5]{1,12}( [A-Za-z;.:5]{1,12}){0,25}";
/// Lines that are no diagnostic, whatever they look like.
const NOISE: &str =
    "(WARNING  |ERROR    |Traceback|\\PC{0,60}|[a-z_]{1,9}sync_diagnostic(s?|_x) [a-z =]{0,40})";
const ESCAPES: [&str; 6] = [
    "\u{1b}[31m",
    "\u{1b}[0m",
    "\u{1b}[m",
    "\u{1b}[?25l",
    "\u{1b}]8;;file:///a\u{1b}\\",
    "\u{1b}(B",
];

prop_compose! {
    fn a_diagnostic()(code in 0..5usize, fatal: bool, message in MESSAGE) -> Diagnostic {
        Diagnostic {
            severity: "warning".into(),
            code: Code::PUBLISHED[code].clone(),
            fatal,
            phase: "final_sync".into(),
            message,
        }
    }
}

fn assert_bounded(reading: &StderrReading) {
    assert!(reading.diagnostics.len() <= DIAGNOSTICS_KEPT);
    assert!(reading.noise.quotes.len() <= QUOTES_KEPT);
    let firsts = reading.signs.values().map(|sighting| &sighting.first);
    for quote in reading.noise.quotes.iter().chain(firsts) {
        assert!(quote.text.len() <= QUOTE_LIMIT);
    }
    for found in &reading.diagnostics {
        match &found.content {
            Content::Parsed(diagnostic) => {
                assert!(diagnostic.to_string().len() <= DIAGNOSTIC_LIMIT);
            }
            Content::Malformed { quote, .. } => assert!(quote.len() <= QUOTE_LIMIT),
        }
    }
}

/// As rich wraps: at blanks, padded to `width`; a longer word is cut, and begins a line of its own.
fn wrap(text: &str, prefix: &str, width: usize) -> String {
    let room = width - prefix.len();
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().unwrap();
        if last.is_empty() && word.len() <= room {
            last.push_str(word);
        } else if last.len() + 1 + word.len() <= room {
            *last += " ";
            *last += word;
        } else {
            let mut rest = word;
            while rest.len() > room {
                lines.push(rest[..room].to_owned());
                rest = &rest[room..];
            }
            lines.push(rest.to_owned());
        }
    }
    let used = lines.iter().filter(|line| !line.is_empty());
    let padded: Vec<_> = used
        .enumerate()
        .map(|(index, line)| {
            let head = if index == 0 { prefix } else { "" };
            format!("{head:<indent$}{line:<room$}\n", indent = prefix.len())
        })
        .collect();
    padded.concat()
}

fn sprinkled(text: &str, places: &[(prop::sample::Index, usize)]) -> String {
    let mut text: Vec<String> = text.chars().map(String::from).collect();
    for (place, escape) in places {
        let at = place.index(text.len());
        text[at].push_str(ESCAPES[*escape]);
    }
    text.concat()
}

proptest! {
    #[test]
    fn any_bytes_are_read(
        parts in prop::collection::vec(
            prop_oneof![
                any::<Vec<u8>>(),
                Just(b"\x1b[31m".to_vec()),
                Just(b"sync_diagnostic severity=".to_vec()),
                Just(b"\r\n".to_vec()),
            ],
            0..40,
        ),
        chunk in 1..50usize,
    ) {
        let bytes = parts.concat();
        let reading = StderrReading::of(&bytes);
        assert_bounded(&reading);
        let stream = BufReader::with_capacity(chunk, &bytes[..]);
        prop_assert_eq!(StderrReading::read(stream).unwrap(), reading);
    }

    #[test]
    fn every_diagnostic_among_noise_is_found_in_order(
        lines in prop::collection::vec(prop_oneof![
            a_diagnostic().prop_map(Ok),
            NOISE.prop_map(Err),
        ], 0..30),
    ) {
        let text: String = lines
            .iter()
            .map(|line| match line {
                Ok(diagnostic) => format!("{diagnostic}\n"),
                Err(noise) => format!("{noise}\n"),
            })
            .collect();
        let reading = StderrReading::of(text.as_bytes());
        let wanted: Vec<_> = lines.iter().filter_map(|line| line.as_ref().ok()).collect();
        prop_assert_eq!(reading.parsed().collect::<Vec<_>>(), wanted);
        prop_assert_eq!(reading.diagnostic_count, reading.diagnostics.len() as u64);
        prop_assert!(reading.diagnostics.iter().all(|found| !found.glued));
    }

    #[test]
    fn a_wrapped_diagnostic_is_one(
        diagnostics in prop::collection::vec(a_diagnostic(), 1..4),
        width in 40..200usize,
        has_level: bool,
        noise in "[A-Z][a-z ]{0,20}",
    ) {
        let prefix = if has_level { "WARNING  " } else { "" };
        let text: String = diagnostics
            .iter()
            .map(|diagnostic| wrap(&diagnostic.to_string(), prefix, width) + &noise + "\n")
            .collect();
        let reading = StderrReading::of(text.as_bytes());
        prop_assert_eq!(reading.diagnostic_count, diagnostics.len() as u64, "{}", text);
        prop_assert_eq!(reading.parsed().count(), diagnostics.len(), "{}", text);
        for (found, diagnostic) in reading.parsed().zip(&diagnostics) {
            prop_assert_eq!(&found.code, &diagnostic.code);
            if has_level {
                prop_assert_eq!(&found.message, &diagnostic.message, "{}", text);
            } else {
                prop_assert!(diagnostic.message.starts_with(&found.message));
            }
        }
        if has_level {
            prop_assert_eq!(reading.noise.lines, diagnostics.len() as u64, "{}", text);
        }
    }

    #[test]
    fn a_part_of_another_word_is_none(
        before in "[a-z0-9_]{0,5}",
        after in "[a-z0-9_]{0,5}",
        rest in "[a-z =]{0,30}",
    ) {
        prop_assume!(!before.is_empty() || !after.is_empty());
        let line = format!("{before}sync_diagnostic{after} severity=warning {rest}\n");
        let reading = StderrReading::of(line.as_bytes());
        prop_assert_eq!((reading.diagnostic_count, reading.noise.lines), (0, 1));
    }

    #[test]
    fn escape_sequences_change_no_count(
        diagnostics in prop::collection::vec(a_diagnostic(), 0..5),
        noise in "[a-z ]{0,30}[a-z]",
        places in prop::collection::vec((any::<prop::sample::Index>(), 0..ESCAPES.len()), 0..60),
    ) {
        let mut lines: Vec<_> = diagnostics
            .iter()
            .flat_map(|diagnostic| [noise.clone(), diagnostic.to_string()])
            .collect();
        lines.push(noise);
        let plain = lines.join("\n");
        let mut reading = StderrReading::of(sprinkled(&plain, &places).as_bytes());
        reading.signs.remove(&Sign::FailureStyled);
        prop_assert_eq!(reading, StderrReading::of(plain.as_bytes()));
    }

    #[test]
    fn two_on_a_line_are_two(diagnostics in prop::collection::vec(a_diagnostic(), 2..6)) {
        let text: String = diagnostics.iter().map(ToString::to_string).collect();
        let reading = StderrReading::of(text.as_bytes());
        prop_assert_eq!(reading.parsed().collect::<Vec<_>>(), diagnostics.iter().collect::<Vec<_>>());
    }

    #[test]
    fn a_diagnostic_is_found_wherever_it_stands_in_a_long_line(
        before in 60_000..70_000usize,
        after in 0..70_000usize,
        diagnostic in a_diagnostic(),
    ) {
        let text = "x".repeat(before) + " " + &diagnostic.to_string() + " " + &"y".repeat(after);
        let reading = StderrReading::of(text.as_bytes());
        prop_assert_eq!((reading.diagnostic_count, reading.noise.lines), (1, 1));
        let found = reading.parsed().next().unwrap();
        prop_assert!(found.message.starts_with(&diagnostic.message));
        assert_bounded(&reading);
    }

    #[test]
    fn a_cut_is_a_head_within_the_limit(text in "\\PC{0,40}", limit in 0..60usize) {
        let head = cut(&text, limit);
        prop_assert!(text.starts_with(head) && head.len() <= limit);
        prop_assert!(head.len() + 4 > limit.min(text.len()));
    }
}
