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


# ----------------------------------------------------------------------------------------------

FAULTS = {name.replace("_", "-"): f for name, f in list(globals().items()) if callable(f)}

if FAULT == "none":
    os.execv(REAL, [REAL, *ARGS])
done = FAULTS[FAULT]()
sys.stdout.buffer.write(done.out)
sys.stdout.flush()
sys.stderr.buffer.write(done.err)
sys.exit(done.code)
