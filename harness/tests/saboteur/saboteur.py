"""The real product, with one fault put in: it runs the product, and then spoils what it did.

Made for checks that no real release makes fail. It is started as `spec-kitty`, first on PATH, with
@REAL@ (the executable) and @FAULT@ (a name below) filled in by main.rs. A fault is a function of
this file; it calls `run()` when it wants the product to do its work, and may change what it said
(`done.out`, `done.err`, `done.code`) or left. Every command that it does not care about goes
through untouched.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

REAL = "@REAL@"
FAULT = "@FAULT@"
ARGS = sys.argv[1:]


class Done:
    """How the real command ended."""

    def __init__(self, ended):
        self.out, self.err, self.code = ended.stdout, ended.stderr, ended.returncode

    def document(self):
        """Its stdout as JSON, or None."""
        try:
            return json.loads(self.out)
        except ValueError:
            return None

    def say(self, document):
        """Puts another document on stdout."""
        self.out = json.dumps(document).encode()


def run():
    """Runs the real product with the arguments that we were given."""
    return Done(subprocess.run([REAL, *ARGS], capture_output=True))


def asked(*words):
    """Whether these words stand in this order at the beginning of the command line."""
    return ARGS[: len(words)] == list(words)


def option(name):
    """The value of an option, or None."""
    return ARGS[ARGS.index(name) + 1] if name in ARGS else None


def logs(mission):
    """Every event log of a mission below the project, the primary checkout's first."""
    root = pathlib.Path.cwd()
    while root != root.parent and not (root / ".kittify").is_dir():
        root = root.parent
    below = "kitty-specs/" + mission + "/status.events.jsonl"
    found = [root / below, *root.glob(".worktrees/*/" + below)]
    return [log for log in found if log.is_file()]


# --- faults, in the order of the suites -------------------------------------------------------


def duplicate_event():
    """A transition appends its event twice."""
    done = run()
    if asked("agent", "status", "emit") and done.code == 0:
        log = logs(option("--mission"))[0]
        lines = log.read_bytes().splitlines(keepends=True)
        log.write_bytes(b"".join([*lines, lines[-1]]))
    return done


def deaf_emit():
    """A transition succeeds, and says that it did not."""
    done = run()
    if asked("agent", "status", "emit"):
        done.code = 1
    return done


def prompt_of(done):
    """The file that an agent is told to read, or None."""
    words = [line.strip() for line in done.out.decode().splitlines()]
    told = [word[4:] for word in words if word.startswith("cat ") and word.endswith(".md")]
    return pathlib.Path(told[0]) if told else None


def slovenly_review():
    """A review succeeds and says that it did not; its prompt lies where every other one lies, has no
    time, is for another mission, and names branches without the word that begins them."""
    done = run()
    if asked("agent", "action", "review") and prompt_of(done):
        told = prompt_of(done)
        lines = told.read_text().splitlines(keepends=True)
        lines = [line for line in lines if not line.startswith("created_at:")]
        lines = ["mission_id: nobody\n" if line.startswith("mission_id:") else line for line in lines]
        place = pathlib.Path(os.environ["TMPDIR"]) / "prompt.md"
        draft = place.with_suffix(".%d" % os.getpid())
        draft.write_text("".join(lines).replace("kitty/mission-", "kitty/"))
        told.unlink()
        draft.rename(place)
        out = done.out.decode().replace(str(told), str(place))
        done.out, done.code = out.replace("kitty/mission-", "kitty/").encode(), 1
    return done


def lost_prompt():
    """A review or an implementation tells of a prompt that is not there."""
    done = run()
    if asked("agent", "action") and prompt_of(done):
        prompt_of(done).unlink()
    return done


def other_base():
    """A review proposes to compare with the branch that the mission is for."""
    done = run()
    if asked("agent", "action", "review") and prompt_of(done):
        text = prompt_of(done).read_text()
        prompt_of(done).write_text(re.sub(r"git diff \S+?\.\.", "git diff feature..", text))
    return done


def no_diff():
    """A review proposes no diff."""
    done = run()
    if asked("agent", "action", "review") and prompt_of(done):
        text = prompt_of(done).read_text()
        prompt_of(done).write_text(text.replace("git diff", "look at"))
    return done


def guard(text):
    """Puts another guard in the place of the product's."""
    git = subprocess.run(
        ["git", "rev-parse", "--git-common-dir"], capture_output=True, text=True, check=True
    )
    hook = pathlib.Path(git.stdout.strip()) / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\n" + text)
    hook.chmod(0o755)


def open_guard():
    """The guard lets everything pass."""
    done = run()
    if asked("agent", "tasks", "status") or asked("agent", "action", "implement"):
        guard("exit 0\n")
    return done


SHUT = "echo '[spec-kitty guard] BLOCKED: ACTIVE_WP_SCOPE_VIOLATION: all' >&2; exit 1\n"


def shut_guard():
    """The guard refuses everything."""
    done = run()
    if asked("agent", "tasks", "status"):
        guard(SHUT)
    return done


def shut_guard_later():
    """The guard refuses everything, from the next work package on."""
    done = run()
    if asked("agent", "action", "implement"):
        guard(SHUT)
    return done


def wordless():
    """Every command does its work, and says nothing of it."""
    done = run()
    done.out = b""
    return done


def homesick():
    """Every command works in the main checkout only, and does not say so."""
    done = run()
    if pathlib.Path.cwd().name != "repo":
        done.out, done.err, done.code = b"", b"no", 1
    return done


def lost_lanes():
    """Status shows every work package in a lane that nobody gave it."""
    done = run()
    document = done.document()
    if asked("agent", "tasks", "status") and document:
        for package in document["work_packages"]:
            package["lane"] = "genesis"
        done.say(document)
    return done


def miscount():
    """Lifecycle and next count no work package."""
    done = run()
    document = done.document()
    if asked("agent", "status", "lifecycle") and document:
        done.say({**document, "total_wps": 0})
    if asked("next") and document:
        done.say({**document, "progress": None})
    return done


def careless():
    """A refusal looks like a success."""
    done = run()
    done.code = 0
    return done


def deaf_move():
    """A task is moved, and the command says that it was not."""
    done = run()
    if asked("agent", "tasks", "move-task"):
        done.code = 1
    return done


def coordinator():
    """Every command speaks of coordination."""
    done = run()
    done.err += b"warning: there is no coordination branch"
    return done


def is_transition():
    """Whether the command moves a work package."""
    return (
        asked("agent", "status", "emit")
        or asked("agent", "tasks", "move-task")
        or asked("agent", "action", "implement")
    )


def spoilt_transition():
    """A success is told as a failure and spoils the log; a failure is told as a success, in silence."""
    done = run()
    if asked("agent", "tasks", "status"):
        done.out = done.out.replace(b'"claimed"', b'"planned"')
    if not is_transition():
        return done
    log = logs(option("--mission"))[0]
    os.chmod(log, 0o644)
    old = log.read_bytes()
    if done.code == 0:
        log.write_bytes(b" " + old + old.splitlines(keepends=True)[-1])
        done.out, done.code = b"{}", 1
    else:
        os.truncate(log, len(old) - 1)
        done.out, done.err, done.code = b"", b"", 0
    return done


def accepted_refusal():
    """What is refused is told as a success, in silence, and leaves something where the log is."""
    done = run()
    if done.code == 0 or not is_transition() or asked("agent", "action"):
        return done
    log = pathlib.Path("kitty-specs", option("--mission"), "status.events.jsonl")
    if log.is_dir():
        (log / "x").write_text("x")
    else:
        log.write_bytes(log.read_bytes() + b"{}\n")
    done.out, done.err, done.code = b"", b"", 0
    return done


# ----------------------------------------------------------------------------------------------

FAULTS = {name.replace("_", "-"): f for name, f in list(globals().items()) if callable(f)}

if FAULT == "none":
    os.execv(REAL, [REAL, *ARGS])
done = FAULTS[FAULT]()
sys.stdout.buffer.write(done.out)
sys.stdout.flush()
sys.stderr.buffer.write(done.err)
sys.exit(done.code)
