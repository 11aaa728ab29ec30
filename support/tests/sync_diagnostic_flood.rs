//! A stream of 100 MB is read in bounded memory, in a process of its own so that it can be seen.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, Read, Result};

use support::contract::sync_diagnostic::StderrReading;

const LENGTH: usize = 100 << 20;
/// For what is slow in a debug build and grows no further.
const SHORTER: usize = 8 << 20;
/// What the whole test process may take; the stream has 100 MB.
const MEMORY_KB: u64 = 40 * 1024;
const LINE: &[u8] = b" sync_diagnostic severity=warning diagnostic_code=sync.websocket_offline fatal=false sync_phase=final_sync message=m\n";

/// The pattern over and over, and a diagnostic at the end; never in memory as a whole.
struct Flood<'a> {
    pattern: &'a [u8],
    at: usize,
    left: usize,
    end: &'a [u8],
}

impl Read for Flood<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Flood<'_> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        if self.left == 0 {
            return Ok(self.end);
        }
        let rest = &self.pattern[self.at..];
        Ok(&rest[..rest.len().min(self.left)])
    }

    fn consume(&mut self, read: usize) {
        if self.left == 0 {
            self.end = &self.end[read..];
        } else {
            self.left -= read;
            self.at = (self.at + read) % self.pattern.len();
        }
    }
}

fn read_flood(length: usize, line: &[u8]) -> StderrReading {
    let pattern = line.repeat(1 + 8192 / line.len());
    let reading = StderrReading::read(Flood {
        pattern: &pattern,
        at: 0,
        left: length / line.len() * line.len(),
        end: LINE,
    })
    .unwrap();
    let kept = serde_json::to_vec(&reading).unwrap().len();
    assert!(kept < 1 << 20, "{kept} bytes are kept");
    reading
}

fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_flood_is_read_in_bounded_memory() {
    for (length, noise, found) in [
        (LENGTH, "one line without an end, é ".as_bytes(), 1),
        // What an unfinished sequence hides, it hides to the end of the line.
        (SHORTER, b"\x1b]0;a title that never ends ", 0),
        (SHORTER, b"\x1b[31;31;31", 0),
        (SHORTER, b"\xff\xfe\0\x80", 1),
    ] {
        let reading = read_flood(length, noise);
        assert!(reading.noise.lines <= 1, "{}", reading.noise.lines);
        assert_eq!(reading.diagnostic_count, found);
    }
    let lines = read_flood(LENGTH, b"WARNING  Sync failed (attempt 1): [Errno 111] Connection refused, next try in 1.0 s, and so on\n");
    assert!(lines.noise.lines > 1_000_000);
    assert_eq!(lines.diagnostic_count, 1);
    let diagnostics = read_flood(SHORTER, LINE);
    assert!(diagnostics.diagnostic_count > 60_000);
    assert!(peak_kb() < MEMORY_KB, "{} kB at the peak", peak_kb());
}
