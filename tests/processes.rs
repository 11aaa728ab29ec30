//! The process layer against children that do not behave.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use kitty_gate_tests::shell;
use support::process::{self, Exit, Finished, Invocation, ProcessError};

fn run(script: &str) -> (tempfile::TempDir, Finished) {
    run_with(script, |_| {})
}

fn run_with(script: &str, change: impl FnOnce(&mut Invocation)) -> (tempfile::TempDir, Finished) {
    let dir = tempfile::tempdir().unwrap();
    let mut invocation = shell(dir.path(), script);
    change(&mut invocation);
    let finished = process::run(&invocation).unwrap();
    (dir, finished)
}

fn text(stream: &process::Stream) -> String {
    String::from_utf8(stream.bytes().unwrap()).unwrap()
}

/// Whether a process with this id exists and is not just a zombie.
fn is_alive(pid: &str) -> bool {
    fs_err::read_to_string(format!("/proc/{}/stat", pid.trim()))
        .is_ok_and(|stat| !stat.rsplit_once(") ").unwrap().1.starts_with('Z'))
}

#[test]
fn exit_streams_and_times_are_told() {
    let (_dir, finished) = run("echo out; echo err >&2; exit 7");
    assert_eq!(finished.exit, Exit::Code(7));
    assert_eq!(text(&finished.stdout), "out\n");
    assert_eq!(text(&finished.stderr), "err\n");
    assert_eq!(finished.leaks, []);
}

#[test]
fn cpu_time_counts_children_too() {
    let (_dir, finished) = run("(i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done)");
    assert!(finished.cpu >= Duration::from_millis(20), "{:?}", finished.cpu);
    assert!(finished.cpu <= finished.duration + Duration::from_millis(20));
}

#[test]
fn a_signal_is_not_an_exit_code() {
    let (_dir, finished) = run("kill -9 $$");
    assert_eq!(finished.exit, Exit::Signal(9));
    assert_eq!(finished.exit.code(), None);
}

/// Set where this program was started once more, by a shell that ignores some signals.
const IGNORING: &str = "KITTY_GATE_TESTS_IGNORING";

#[test]
fn what_the_caller_ignores_is_not_ignored_by_a_child() {
    let ignored = |status: &str| {
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        u64::from_str_radix(mask.unwrap().trim(), 16).unwrap() & 0b111
    };
    if std::env::var_os(IGNORING).is_some() {
        let ours = fs_err::read_to_string("/proc/self/status").unwrap();
        assert_eq!(ignored(&ours), 0b111, "the control: it is ignored here");
        let (_dir, finished) = run("grep SigIgn /proc/self/status");
        assert_eq!(ignored(&text(&finished.stdout)), 0);
        return;
    }
    let script = "trap '' HUP INT QUIT; exec \"$0\" --exact what_the_caller_ignores_is_not_ignored_by_a_child";
    let told = std::process::Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .env(IGNORING, "1")
        .output()
        .unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains("1 passed"), "{told}");
}

#[test]
fn stdin_is_closed() {
    let (_dir, finished) = run("read line && echo got || echo closed");
    assert_eq!(text(&finished.stdout), "closed\n");
}

#[test]
fn nothing_of_our_environment_is_inherited() {
    let (_dir, finished) =
        run("env | cut -d= -f1 | grep -v -e '^PWD$' -e '^_$' -e '^SHLVL$' -e '^OLDPWD$' | sort");
    assert_eq!(text(&finished.stdout), "KITTY_GATE_MARK\nPATH\n");
}

#[test]
fn one_that_ignores_sigterm_is_killed_at_its_deadline() {
    let (dir, finished) = run_with("trap '' TERM; echo $$ > pid; sleep 600", |child| {
        child.deadline = Duration::from_secs(3);
    });
    assert_eq!(finished.exit, Exit::TimedOut);
    assert!(finished.duration < Duration::from_secs(120), "{:?}", finished.duration);
    assert!(!is_alive(&fs_err::read_to_string(dir.path().join("pid")).unwrap()));
}

#[test]
fn one_that_obeys_sigterm_is_not_kept_waiting() {
    let (_dir, finished) = run_with("trap 'echo bye; exit 0' TERM; sleep 600 & wait", |child| {
        child.deadline = Duration::from_secs(3);
    });
    assert_eq!(finished.exit, Exit::TimedOut, "obeying in the end is still too late");
    assert_eq!(text(&finished.stdout), "bye\n");
}

#[test]
fn a_daemon_that_left_the_group_is_found_ended_and_reported() {
    let (dir, finished) = run(
        "setsid sh -c 'echo $$ > pid; exec sleep 600' & while [ ! -s pid ]; do sleep 0.01; done",
    );
    assert_eq!(finished.exit, Exit::Code(0));
    let commands: Vec<_> = finished.leaks.iter().map(|leak| leak.command.as_str()).collect();
    assert_eq!(commands, ["sleep 600"]);
    assert!(!is_alive(&fs_err::read_to_string(dir.path().join("pid")).unwrap()));
}

#[test]
fn a_daemon_is_ended_at_the_deadline_too() {
    let script = "setsid sh -c 'trap \"\" TERM; echo $$ > pid; sleep 600' & sleep 600";
    let (dir, finished) = run_with(script, |child| child.deadline = Duration::from_secs(3));
    assert_eq!(finished.exit, Exit::TimedOut);
    assert!(!is_alive(&fs_err::read_to_string(dir.path().join("pid")).unwrap()));
}

/// Takes every core from whoever is nice.
struct BusyLoops(Vec<std::process::Child>);

impl BusyLoops {
    fn gather() -> Self {
        let cores = std::thread::available_parallelism().unwrap().get();
        let one = || {
            let mut command = std::process::Command::new("sh");
            command.args(["-c", "while :; do :; done"]).spawn().unwrap()
        };
        Self((0..2 * cores).map(|_| one()).collect())
    }
}

impl Drop for BusyLoops {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[test]
fn one_that_gets_nothing_of_a_busy_machine_is_not_late() {
    let _crowd = BusyLoops::gather();
    let soon = |child: &mut Invocation| child.deadline = Duration::from_secs(1);
    let (_dir, starved) = run_with("exec nice -n 19 sh -c 'while :; do :; done'", soon);
    assert_eq!(starved.exit, Exit::Starved, "{starved:?}");
    assert!(starved.held_up > Duration::from_secs(2), "{starved:?}");
    // The control: whoever sleeps is late however busy the machine is.
    let (_dir, late) = run_with("exec sleep 600", |child| {
        child.deadline = Duration::from_secs(3);
    });
    assert_eq!(late.exit, Exit::TimedOut, "{late:?}");
}

#[test]
fn a_background_child_that_holds_the_pipe_does_not_hang_us() {
    let started = Instant::now();
    let (_dir, finished) = run("sleep 600 & echo done");
    assert_eq!(text(&finished.stdout), "done\n");
    assert_eq!(finished.leaks.len(), 1);
    assert!(started.elapsed() < Duration::from_secs(120));
}

#[test]
fn a_flood_is_cut_and_stays_on_disk() {
    let (_dir, finished) = run_with("exec cat /dev/zero", |child| child.stream_limit = 100_000);
    assert_eq!(finished.exit, Exit::Flooded);
    assert!(finished.stdout.len() > 100_000);
    let excerpt = finished.stdout.excerpt(1000).unwrap();
    assert!(excerpt.len() < 2000 && excerpt.contains("bytes left out"));
}

#[test]
fn a_stream_too_large_for_memory_is_refused() {
    let (_dir, finished) = run_with("head -c 9000000 /dev/zero", |child| {
        child.stream_limit = 10_000_000;
    });
    assert_eq!(finished.exit, Exit::Code(0));
    assert_eq!(finished.stdout.bytes().unwrap_err().kind(), std::io::ErrorKind::FileTooLarge);
}

#[test]
fn invalid_utf8_is_data() {
    let (_dir, finished) = run("printf 'a\\377b'");
    assert_eq!(finished.stdout.bytes().unwrap(), b"a\xffb");
    assert_eq!(finished.stdout.excerpt(100).unwrap(), "a\u{fffd}b");
}

#[test]
fn a_program_that_is_not_there_is_an_error_with_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let mut invocation = shell(dir.path(), "");
    invocation.program = "/nonexistent/program".into();
    let error = process::run(&invocation).unwrap_err();
    assert!(error.to_string().starts_with("start /nonexistent/program: "), "{error}");
    let ProcessError::Start { source, .. } = error else { panic!("{error:?}") };
    assert_eq!(source.kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn many_at_once_do_not_take_each_others_children() {
    let threads: Vec<_> = (0..8)
        .map(|number| {
            std::thread::spawn(move || {
                for _ in 0..10 {
                    let (_dir, finished) = run(&format!("setsid sleep 600 & exit {number}"));
                    assert_eq!(finished.exit, Exit::Code(number));
                    assert!(finished.leaks.len() <= 1, "{:?}", finished.leaks);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}
