//! File systems that are full, or may not be written to: mounted for kitty-gate alone.

use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::playground::{Answer, Playground};
use crate::row::CannotProvoke;

/// Mounts a file system over the place, runs what follows, and lists what it left there. The tools
/// are the system's; what is run has the PATH of the context.
const OVER_THE_PLACE: &str = r#"place=$1 options=$2 left=$3; shift 3
playground=$PATH; PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t tmpfs -o "$options" none "$place" || exit 97
PATH=$playground "$@"; code=$?
find "$place" -mindepth 1 > "$left"
exit $code"#;

const SYSTEM: &str = "/usr/sbin:/usr/bin:/sbin:/bin";

/// Runs `ask` where the place is a file system with these options.
pub fn on_a_tmpfs(
    playground: &mut Playground,
    options: &str,
    ask: impl Fn(&Playground) -> Answer,
) -> Result<Answer, CannotProvoke> {
    let unshare = unshare().clone().map_err(CannotProvoke)?;
    let left = playground.path("left");
    let mut wrapper = unshare;
    wrapper.extend(["/bin/sh", "-c", OVER_THE_PLACE, "sh"].map(str::to_owned));
    wrapper.push(playground.place().display().to_string());
    wrapper.push(options.to_owned());
    wrapper.push(left.display().to_string());
    playground.wrap(wrapper);
    let mut answer = ask(playground);
    let seen = fs_err::read_to_string(left).unwrap();
    answer.changed.extend(seen.lines().map(str::to_owned));
    Ok(answer)
}

/// The command that gives its child mounts of its own: as root, else as root of a user namespace.
fn unshare() -> &'static Result<Vec<String>, String> {
    static FOUND: OnceLock<Result<Vec<String>, String>> = OnceLock::new();
    FOUND.get_or_init(|| {
        let room = tempfile::tempdir().unwrap();
        let known = [&["-m"][..], &["-r", "-m"]];
        let can_mount = |way: &&[&str]| {
            let mount = ["mount", "-t", "tmpfs", "none"];
            system("unshare")
                .args(*way)
                .args(mount)
                .arg(room.path())
                .status()
                .is_ok_and(|status| status.success())
        };
        let way = known.into_iter().find(can_mount);
        let way = way.ok_or("neither root nor a user namespace may mount here")?;
        Ok(std::iter::once(found("unshare")?)
            .chain(way.iter().map(|&word| word.to_owned()))
            .collect())
    })
}

/// A command line that gives its child no right to pass over file modes, as root has it.
pub fn without_privilege() -> Result<Vec<String>, CannotProvoke> {
    let me = fs_err::metadata("/proc/self").unwrap();
    if std::os::unix::fs::MetadataExt::uid(&me) != 0 {
        return Ok(Vec::new());
    }
    let words = ["--bounding-set", "-dac_override,-dac_read_search"];
    let program = found("setpriv").map_err(CannotProvoke)?;
    let can_give_up =
        system(&program).args(words).arg("true").status().is_ok_and(|status| status.success());
    if !can_give_up {
        return Err(CannotProvoke("root cannot give up its privilege here".to_owned()));
    }
    Ok(std::iter::once(program).chain(words.map(str::to_owned)).collect())
}

fn system(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env("PATH", SYSTEM).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn found(program: &str) -> Result<String, String> {
    SYSTEM
        .split(':')
        .map(|dir| format!("{dir}/{program}"))
        .find(|path| std::path::Path::new(path).exists())
        .ok_or_else(|| format!("this machine has no {program}"))
}
