//! One run out of the records of several machines that each run a part of it.
//!
//! What is merged is the recorded events, and the files that they name. The decision on the merged run
//! is that on a run that was run in one piece.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use scenarios::context::Observation;

use crate::record::{
    Ended, Event, Header, Journal, ReadError, Record, STREAMS, WORLDS, read_record,
};
use crate::report::subject::in_a_line;
use crate::shard::Shard;

/// Why records cannot be merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// One cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Two are not parts of one run.
    #[error("{} and {} are not parts of one run: {what} differs: {one} and {other}", first.display(), second.display())]
    Different {
        /// A run's folder.
        first: PathBuf,
        /// Another one.
        second: PathBuf,
        /// What differs.
        what: &'static str,
        /// What the first says.
        one: String,
        /// What the second says.
        other: String,
    },
    /// Two run the same.
    #[error("{} and {} both have {what}", first.display(), second.display())]
    Twice {
        /// A run's folder.
        first: PathBuf,
        /// Another one.
        second: PathBuf,
        /// A scenario, or a part.
        what: String,
    },
}

/// A run that was merged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// How many records it was made of.
    pub parts: usize,
    /// The parts that nobody brought.
    pub missing: Vec<Shard>,
    /// The parts that ran nothing, by their folders.
    pub idle: Vec<String>,
    /// The parts that came without all streams of their commands, by their folders.
    pub without_streams: Vec<String>,
    /// How many scenarios it has.
    pub scenarios: usize,
}

/// A record that is to be merged.
struct Piece {
    dir: PathBuf,
    header: Header,
    events: Vec<Event>,
}

/// Merges the runs in `dirs` into `out`, an empty folder.
pub fn merge(dirs: &[PathBuf], out: &Path) -> Result<Merged, MergeError> {
    let mut pieces = Vec::new();
    for dir in dirs {
        let Record { header, events, .. } = read_record(dir)?;
        let dir = dir.clone();
        pieces.push(Piece { dir, header, events });
    }
    // However they were named, the same parts give the same run.
    pieces.sort_by(|a, b| {
        (a.header.shard, &a.header.run_id).cmp(&(b.header.shard, &b.header.run_id))
    });
    for (number, piece) in pieces.iter().enumerate() {
        for other in &pieces[number + 1..] {
            agree(piece, other)?;
        }
    }
    let Some(header) = header_of(&pieces) else {
        return Ok(Merged::default());
    };
    let (idle, without_streams) = (idle(&pieces), without_streams(&pieces));
    write(&header, pieces.iter_mut().collect(), out)?;
    Ok(Merged {
        parts: pieces.len(),
        missing: missing(&pieces),
        idle,
        without_streams,
        scenarios: header.plan.len(),
    })
}

/// Whether two records can be parts of one run.
fn agree(a: &Piece, b: &Piece) -> Result<(), MergeError> {
    let (one, other) = (&a.header, &b.header);
    let locked = |header: &Header| {
        let packages = header.product.lock.iter();
        let packages: Vec<String> =
            packages.map(|package| format!("{} {}", package.name, package.version)).collect();
        packages.join(", ")
    };
    let subject = |header: &Header| in_a_line(&header.product).unwrap_or_default();
    let parts = |header: &Header| header.shard.map_or(0, |shard| shard.of);
    let text = |value: Option<&String>| value.cloned().unwrap_or_default();
    for (what, first, second) in [
        ("the product", one.product.spec.clone(), other.product.spec.clone()),
        ("the release", text(one.product.release.as_ref()), text(other.product.release.as_ref())),
        ("what the product was", subject(one), subject(other)),
        ("the lock", locked(one), locked(other)),
        ("the interpreter", text(one.product.python.as_ref()), text(other.product.python.as_ref())),
        ("how it was installed", one.product.method.clone(), other.product.method.clone()),
        ("kitty-gate", one.kitty_gate.clone(), other.kitty_gate.clone()),
        ("the number of repeats", one.repeat.to_string(), other.repeat.to_string()),
        ("the number of parts", parts(one).to_string(), parts(other).to_string()),
    ] {
        if first != second {
            return Err(MergeError::Different {
                first: a.dir.clone(),
                second: b.dir.clone(),
                what,
                one: first,
                other: second,
            });
        }
    }
    let twice =
        |what: String| MergeError::Twice { first: a.dir.clone(), second: b.dir.clone(), what };
    if let Some(shard) = one.shard.filter(|_| one.shard == other.shard) {
        return Err(twice(format!("part {shard}")));
    }
    let ids: std::collections::BTreeSet<&str> =
        one.plan.iter().map(|planned| planned.id.as_str()).collect();
    let shared = other.plan.iter().find(|planned| ids.contains(planned.id.as_str()));
    shared.map_or(Ok(()), |planned| Err(twice(planned.id.clone())))
}

/// What the merged run set out to do; nothing when there is nothing to merge.
fn header_of(pieces: &[Piece]) -> Option<Header> {
    let first = pieces.first()?;
    let headers = || pieces.iter().map(|piece| &piece.header);
    let places: BTreeMap<&str, usize> =
        scenarios::all().iter().enumerate().map(|(place, scenario)| (scenario.id, place)).collect();
    let mut plan: Vec<_> = headers().flat_map(|header| header.plan.clone()).collect();
    // In the order of the catalogue; what only an older one had comes last.
    plan.sort_by_key(|planned| {
        let place = places.get(planned.id.as_str()).copied().unwrap_or(usize::MAX);
        (place, planned.id.clone())
    });
    Some(Header {
        run_id: format!("{}-merged", first.header.run_id),
        started_at: headers().map(|header| header.started_at.clone()).min()?,
        plan,
        jobs: headers().map(|header| header.jobs).max()?,
        shard: None,
        ..first.header.clone()
    })
}

fn missing(pieces: &[Piece]) -> Vec<Shard> {
    let brought: Vec<Shard> = pieces.iter().filter_map(|piece| piece.header.shard).collect();
    let of = brought.first().map_or(0, |shard| shard.of);
    let all = (1..=of).map(|index| Shard { index, of });
    all.filter(|shard| !brought.contains(shard)).collect()
}

/// Those that no scenario was begun in, whatever they set out to do.
fn idle(pieces: &[Piece]) -> Vec<String> {
    let is_begin = |event: &Event| matches!(event, Event::ScenarioStarted { .. });
    let ran_nothing = |piece: &&Piece| !piece.events.iter().any(is_begin);
    let idle = pieces.iter().filter(ran_nothing);
    idle.map(|piece| {
        let shard = piece.header.shard;
        let which = shard.map_or_else(String::new, |shard| format!(" ({shard})"));
        format!("{}{which}", piece.dir.display())
    })
    .collect()
}

/// The excerpts are in the record. What was printed whole is not.
fn without_streams(pieces: &[Piece]) -> Vec<String> {
    let lacks_one = |piece: &&Piece| {
        piece.events.iter().any(|event| match event {
            Event::Observed { observation, .. } => match observation.as_ref() {
                Observation::Step(step) => [&step.stdout, &step.stderr]
                    .iter()
                    .any(|stream| !piece.dir.join(&stream.file).is_file()),
                _ => false,
            },
            _ => false,
        })
    };
    pieces.iter().filter(lacks_one).map(|piece| piece.dir.display().to_string()).collect()
}

fn write(header: &Header, pieces: Vec<&mut Piece>, out: &Path) -> Result<(), MergeError> {
    let journal = Journal::begin(out, header, Box::new(|_| {}))?;
    let mut workers = 0;
    let mut ends = Vec::new();
    for (number, piece) in pieces.into_iter().enumerate() {
        let worlds = Path::new(WORLDS).join(number.to_string());
        let mut most = 0;
        for mut event in piece.events.drain(..) {
            match &mut event {
                Event::RunEnded { how, wall_ms } => {
                    ends.push((*how, *wall_ms));
                    continue;
                }
                Event::WorkerReady { worker, .. } | Event::ScenarioStarted { worker, .. } => {
                    most = most.max(*worker + 1);
                    *worker += workers;
                }
                Event::Observed { observation, .. } => rename_world(observation, &worlds),
                Event::ScenarioEnded { .. }
                | Event::LeftOutside { .. }
                | Event::HomeTouched { .. } => {}
            }
            journal.append(&event);
        }
        workers += most;
        link_tree(&piece.dir.join(STREAMS), &out.join(STREAMS))?;
        link_tree(&piece.dir.join(WORLDS), &out.join(worlds))?;
        // A part that was killed leaves the whole without its end.
        if ends.len() <= number {
            ends.push((Ended::Killed, 0));
        }
    }
    if let Some(event) = end_of(&ends) {
        journal.append(&event);
    }
    journal.failure().map_or(Ok(()), |failure| Err(failure.into()))
}

/// Each machine packed worlds of its own; names may be the same.
fn rename_world(observation: &mut Observation, worlds: &Path) {
    if let Observation::Prepared { archive, .. } = observation {
        let below = archive.strip_prefix(WORLDS).unwrap_or(archive);
        *archive = worlds.join(below);
    }
}

/// How the whole ended; nothing where a part was killed.
fn end_of(ends: &[(Ended, u64)]) -> Option<Event> {
    let any = |wanted| ends.iter().any(|(how, _)| *how == wanted);
    if any(Ended::Killed) {
        return None;
    }
    Some(Event::RunEnded {
        how: if any(Ended::Interrupted) { Ended::Interrupted } else { Ended::Completed },
        wall_ms: ends.iter().map(|(_, wall_ms)| *wall_ms).max()?,
    })
}

/// Brings a folder over: by hard links, which cost no room, or where that cannot be by copies.
fn link_tree(from: &Path, to: &Path) -> io::Result<()> {
    let entries = match fs_err::read_dir(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    fs_err::create_dir_all(to)?;
    for entry in entries {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            link_tree(&entry.path(), &target)?;
        } else if fs_err::hard_link(entry.path(), &target).is_err() {
            fs_err::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
