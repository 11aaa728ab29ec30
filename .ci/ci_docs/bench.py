"""What all trials share: a folder of their own, a kitty-gate on PATH that runs few scenarios, and a shell."""
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# As many as the files have parts, and quickly run. With this fault some parts fail (1), and some do not (3).
FEW = ["mark-status/in*", "mark-status/al*"]
FAULT = "mark-unknown-inline"


class Bench:
    def __init__(self, gate):
        assert os.access(gate, os.X_OK), f"there is no kitty-gate at {gate}"
        self.gate = gate
        self.dir = Path(tempfile.mkdtemp(prefix="try-ci-docs-"))
        self.cache = self.dir / "cache"
        # The files hold no filters, for a gate that is filtered is never open.
        self.few = self.tool("few", f"""
            export KITTY_GATE_CACHE={self.cache}
            case $1 in
                gate) exec {gate} "$@" {' '.join(f"'{word}'" for word in FEW)} ;;
                *) exec {gate} "$@" ;;
            esac""")
        self.all = self.tool("all", f'KITTY_GATE_CACHE={self.cache} exec {gate} "$@"')

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            shutil.rmtree(self.dir)
        else:
            print(f"left for you: {self.dir}", flush=True)

    def tool(self, name, script, command="kitty-gate"):
        """A folder for PATH with one command in it."""
        folder = self.dir / "tools" / name
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / command
        file.write_text(f"#!/usr/bin/env bash\n{script}\n")
        file.chmod(0o755)
        return folder

    def folder(self, name):
        folder = self.dir / name
        folder.mkdir(parents=True)
        return folder

    def bash(self, script, cwd, tools, env, options="-eo pipefail"):
        """Runs a block: its exit code, and what it said."""
        # Nothing of this machine's own CI, if it is one, gets in.
        clean = {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(cwd), "LANG": "C.UTF-8"}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", *options.split(), "-c", script],
            cwd=cwd, env=clean | env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
        return done.returncode, done.stdout

    def planned(self, shards, filters):
        """The ids that each part is to run."""
        words = [self.gate, "plan", f"--shards={shards}", "--format=json", "--", "reference", *filters]
        plan = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)
        return [sorted(shard["scenarios"]) for shard in plan["shards"]]


def ran(run):
    """The ids that a recorded run has."""
    return sorted(scenario["id"] for scenario in json.loads((run / "run.json").read_text())["scenarios"])


def expect(what, found, wanted, said=""):
    assert found == wanted, f"{what}: {found!r}, not {wanted!r}\n{said}"


def complete(bench, where, parts, merged, filters=FEW):
    """The parts are those of the plan, and the merged run has all of them."""
    planned = bench.planned(len(parts), filters)
    expect(f"{where}: parts", [ran(part) for part in parts], planned)
    expect(f"{where}: merged", ran(merged), sorted(sum(planned, [])))


def reported(where, folder):
    for name, mark in {"evidence.md": "#", "report.html": "<!doctype html>", "junit.xml": "<?xml"}.items():
        text = (folder / name).read_text()
        assert text.lower().startswith(mark), f"{where}: {name} begins with {text[:40]!r}"


def tell(text):
    print(f"   {text}", flush=True)
