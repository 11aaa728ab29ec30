//! The recorded run that a command is given.

use std::path::Path;

use super::failure::Failure;
use super::folders::find_run;
use crate::gate::{GATE_FILE, GateDocument, VERSION};
use crate::record::ReadError;
use crate::recorded::RecordedRun;

/// Finds a run by its folder, by its id, or as `latest`, and reads its record.
pub(super) fn read_run(run: &Path) -> Result<RecordedRun, Failure> {
    RecordedRun::read(&find_run(run)?).map_err(|error| unreadable(&error))
}

/// What to do about a record that cannot be read.
pub(super) fn unreadable(error: &ReadError) -> Failure {
    Failure::usage("run-unreadable", error.to_string())
        .hint("the folder holds no record that this kitty-gate can read")
}

/// The decision that lies beside the record, if it is one on this run.
pub(super) fn decision(run: &RecordedRun) -> Result<Option<GateDocument>, Failure> {
    let file = run.dir.join(GATE_FILE);
    if !file.exists() {
        return Ok(None);
    }
    let unreadable = |why: String| {
        Failure::usage("gate-unreadable", format!("{}: {why}", file.display()))
            .hint("decide anew, or remove the file")
    };
    let text = fs_err::read(&file).map_err(|error| unreadable(error.to_string()))?;
    let gate: GateDocument =
        serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))?;
    if gate.version != VERSION {
        return Err(unreadable(format!(
            "its format has version {}, and not {VERSION}",
            gate.version
        )));
    }
    if gate.run_id != run.document.run_id {
        return Err(unreadable(format!("it decides on run {}", gate.run_id)));
    }
    if gate.record_sha256 != run.record_sha256 {
        return Err(unreadable("the record is not the one that it decides on".to_owned()));
    }
    Ok(Some(gate))
}
