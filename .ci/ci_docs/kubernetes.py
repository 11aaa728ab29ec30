"""docs/ci/kubernetes.yml: what its containers run, with an index, and a folder for the volume. The pods of the
first Job and the one of the second begin together, as they do in a cluster."""
import shutil
import threading

import blocks
from bench import FAULT, ROOT, complete, expect, reported, tell


def try_out(bench):
    config, _, *jobs = blocks.read(ROOT / "docs/ci/kubernetes.yml")
    print("== Kubernetes", flush=True)
    parts, decide = [job["spec"] for job in jobs]
    of = int(config["data"]["SHARDS"])
    for key in ("completions", "parallelism"):
        expect(f"{key} of the Job", int(parts[key]), of)
    dir = bench.folder("kubernetes")
    evidence = dir / "evidence"
    more = {"PRODUCT": "reference", "EVIDENCE": str(evidence), "KITTY_REFERENCE_FAULT": FAULT}
    last = []
    waiting = threading.Thread(target=lambda: last.append(pod(bench, config, decide, dir, "decide", more)))
    waiting.start()
    for index in range(of):
        code, said = pod(bench, config, parts, dir, f"run-{index}", more | {"JOB_COMPLETION_INDEX": str(index)})
        expect(f"exit of pod {index}", code, 0, said)
    ended = sorted({file.read_text().strip() for file in (evidence / "ended").iterdir()})
    expect("exits of parts", ended, ["1", "3"])
    waiting.join()
    [(code, said)] = last
    expect("exit of decide", code, 1, said)
    complete(bench, "kubernetes", [evidence / f"parts/{index}" for index in range(of)], evidence / "merged")
    reported("kubernetes", evidence / "reports")
    tell(f"{of} parts, decide exits 1: closed")

    for lost in ("merged", f"parts/{of - 1}"):
        shutil.rmtree(evidence / lost)
    (evidence / f"ended/{of - 1}").unlink()
    files = dir / "decide-without/files"
    files.mkdir(parents=True)
    shutil.copy(ROOT / "known-failures.toml", files)
    code, said = pod(bench, config, decide, dir, "decide-without", more | {"SECONDS_TO_WAIT": "0"})
    expect("exit of decide without a part", code, 1, said)
    assert f"missing: {of}/{of}" in said, said
    tell("lost: the decision is made, and a part is missing")
    broken(bench, config, parts, decide)


def broken(bench, config, parts, decide):
    """A part that cannot be run fails its pod, and the decision does not wait for it forever."""
    dir = bench.folder("kubernetes-broken")
    more = {"PRODUCT": "no/such.whl", "EVIDENCE": str(dir / "evidence"), "SECONDS_TO_WAIT": "0"}
    code, said = pod(bench, config, parts, dir, "run-0", more | {"JOB_COMPLETION_INDEX": "0"})
    expect("exit of a pod without a product", code, 2, said)
    code, said = pod(bench, config, decide, dir, "decide", more)
    expect("exit of decide without parts", code, 2, said)
    tell("broken: no part, no decision")


def pod(bench, config, job, dir, name, more):
    [container] = job["template"]["spec"]["containers"]
    own = dir / name
    own.mkdir(exist_ok=True)
    env = dict(config["data"])
    for key in ("HOME", "TMPDIR", "KITTY_GATE_CACHE"):
        env[key] = env[key].replace("/work", str(own))
    for entry in container.get("env", []):
        env[entry["name"]] = str(own) + entry["value"]
    [shell, options] = container["command"]
    expect("the shell", (shell, options), ("bash", "-euc"))
    return bench.bash(container["args"][0], own, bench.few, env | more, "-eu")
