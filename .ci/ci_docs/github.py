"""action.yml and .github/workflows/gate.yml."""
import os
import shutil
import subprocess

import blocks
from bench import FAULT, FEW, ROOT, complete, expect, reported, tell
from runner import ACTION, Job, workflow

SUITES = ["mark-status", "merge"]


def try_out(bench):
    print("== GitHub", flush=True)
    nothing_is_interpolated()
    decisions(bench)
    a_part_breaks(bench)
    a_word_is_a_word(bench)
    installs(bench)


def nothing_is_interpolated():
    """An expression inside of a script would be a way in for whoever chooses its value."""
    [action] = blocks.read(ROOT / "action.yml")
    [gate] = blocks.read(ROOT / ".github/workflows/gate.yml")
    steps = [*action["runs"]["steps"], *(step for job in gate["jobs"].values() for step in job["steps"])]
    scripts = [step["run"] for step in steps if "run" in step]
    assert len(scripts) == 5 and not any("${{" in script for script in scripts)
    assert gate["permissions"] == {"contents": "read"} and not any("permissions" in job for job in gate["jobs"].values())


def decisions(bench):
    fault = {"KITTY_REFERENCE_FAULT": FAULT}
    for name, filters, more, lose, exit, decision in [
        ("clean", SUITES, {}, [], 3, "incomplete"),
        ("fault", FEW, fault, [], 1, "closed"),
        ("lost", FEW, {}, ["2-of-2"], 3, "incomplete"),
    ]:
        dir = bench.folder(f"github-{name}")
        inputs = {"product": "reference", "shards": "2", "filters": "\n".join(filters)}
        decide, ended = workflow(bench, dir, inputs, bench.all, more, lose)
        said = decide.said
        expect("decide", (decide.status, decide.exit), ("failure", exit), said)
        expect("decision", decide.outputs, {"decision": decision}, said)
        for part in ("1-of-2", "2-of-2"):
            expect(f"part {part}", ended[part].status, "success", ended[part].said)
        artifacts = dir / "artifacts"
        if lose:
            assert "missing: 2/2" in said, said
        else:
            parts = [artifacts / f"kitty-gate-part-{part}-of-2" for part in (1, 2)]
            complete(bench, "github", parts, artifacts / "kitty-gate-evidence", filters)
        reported("github", artifacts / "kitty-gate-reports")
        summed_up(bench, artifacts / "kitty-gate-evidence", decide)
        tell(f"{name}: 2 parts, decide exits {exit}: {decision}")


def summed_up(bench, run, decide):
    """The summary is that of the decision, and there once."""
    wanted = subprocess.run([bench.gate, "report", run, "--format=github"], check=True, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, env={"PATH": os.environ["PATH"]}).stdout
    found = decide.summary.read_text() if decide.summary.exists() else ""
    expect("summary", found, wanted)


def a_part_breaks(bench):
    dir = bench.folder("github-broken")
    inputs = {"product": "no/such.whl", "shards": "2", "filters": "\n".join(FEW)}
    decide, ended = workflow(bench, dir, inputs, bench.all)
    for part in ("1-of-2", "2-of-2"):
        expect(f"part {part}", (ended[part].status, ended[part].exit), ("failure", 2), ended[part].said)
    expect("decide", (decide.status, decide.exit, decide.outputs), ("failure", 2, {"decision": ""}), decide.said)
    tell("broken: the parts fail, and nothing is decided")


def a_word_is_a_word(bench):
    hostile = "$(touch owned)`touch owned`'; touch owned; echo \"${{ github.token }}"
    base = {"command": "gate", "product": "reference", "out": "run", "filters": FEW[0]}
    for name in ("command", "product", "filters", "known-failures", "exceptions", "strict", "max-exceptions", "shard",
                 "repeat", "reports", "out"):
        for number, word in enumerate([hostile, f"--help\n{hostile}", "x\ndecision=open"]):
            dir = bench.folder(f"github-word-{name}-{number}")
            if name == "out" and "\n" not in word:
                continue
            job = Job(bench, dir, dir, bench.all, {})
            code, outputs = job.action(base | {name: word})
            expect(f"exit with such a {name}", code, 2, job.said)
            assert outputs["decision"] == "" and not list(dir.rglob("owned")), f"{name} was not taken as a word"
    tell("hostile words: refused, none was run")


def installs(bench):
    """Without a kitty-gate on PATH, cargo is asked for one, with the Rust that Cargo.toml names."""
    dir = bench.folder("github-install")
    said = dir / "said"
    bench.tool("rust", f'echo "rustup $*" >>{said}', "rustup")
    rust = bench.tool("rust", f"""
        echo "cargo $*" >>{said}
        mkdir -p "${{@: -1}}/bin" && cp {shutil.which("true")} "${{@: -1}}/bin/kitty-gate" """, "cargo")
    if shutil.which("kitty-gate"):
        tell("install: not tried, for there is a kitty-gate on PATH")
        return
    job = Job(bench, dir, dir, rust, {})
    job.run_steps([{"uses": ACTION, "with": {"command": "install"}}], {})
    root = job.temp / "kitty-gate"
    version = next(line.split('"')[1] for line in (ROOT / "Cargo.toml").read_text().splitlines() if line.startswith("rust-version"))
    expect("what was run", said.read_text().splitlines(), [
        f"rustup toolchain install {version} --profile minimal --no-self-update",
        f"cargo +{version} install --locked --path {ROOT}/harness --root {root}"], job.said)
    expect("on PATH", job.tools.split(":")[0], f"{root}/bin")
    tell("install: by cargo, once")
