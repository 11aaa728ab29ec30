"""docs/ci/buildkite.yml: its commands, each in a checkout of its own, with an agent that keeps artifacts in a folder."""
import shutil

import blocks
from bench import FAULT, ROOT, complete, expect, reported, tell


def try_out(bench):
    [pipeline] = blocks.read(ROOT / "docs/ci/buildkite.yml")
    print("== Buildkite", flush=True)
    steps = {step["key"]: step for step in pipeline["steps"]}
    dir = bench.folder("buildkite")
    more = pipeline["env"] | {"PRODUCT": "reference", "KITTY_REFERENCE_FAULT": FAULT}
    of = int(steps["run"]["parallelism"])
    forgiven = [int(rule["exit_status"]) for rule in steps["run"]["soft_fail"]]
    exits = []
    for index in range(of):
        variables = {"BUILDKITE_PARALLEL_JOB": str(index), "BUILDKITE_PARALLEL_JOB_COUNT": str(of)}
        code, said = job(bench, steps["run"], dir, f"run-{index}", variables | more)
        assert code in forgiven, f"part {index} exits {code}\n{said}"
        exits.append(code)
    expect("exits of parts", sorted(set(exits)), [1, 3])
    code, said = job(bench, steps["decide"], dir, "decide", more)
    expect("exit of decide", code, 1, said)
    complete(bench, "buildkite", [dir / f"decide/part-{index}" for index in range(of)], dir / "decide/merged")
    reported("buildkite", dir / "artifacts/reports")
    assert (dir / "artifacts/merged.tar.gz").is_file()
    tell(f"{of} parts, decide exits 1: closed")

    (dir / f"artifacts/part-{of - 1}.tar.gz").unlink()
    more["KNOWN_FAILURES"] = str(ROOT / "known-failures.toml")
    code, said = job(bench, steps["decide"], dir, "decide-without", more)
    expect("exit of decide without a part", code, 1, said)
    assert f"missing: {of}/{of}" in said, said
    tell("lost: the decision is made, and a part is missing")


def job(bench, step, dir, name, more):
    artifacts, cwd = dir / "artifacts", dir / name
    artifacts.mkdir(exist_ok=True)
    cwd.mkdir()
    # artifact download GLOB FOLDER
    agent = bench.tool("agent", '[ "$1 $2" = "artifact download" ] && cp "$ARTIFACTS"/$3 "$4"', "buildkite-agent")
    command = uploaded(step["command"])
    code, said = bench.bash(command, cwd, f"{agent}:{bench.few}", {"ARTIFACTS": str(artifacts)} | more, "-e")
    wanted = step["artifact_paths"]
    for pattern in wanted if isinstance(wanted, list) else [wanted]:
        for file in cwd.glob(pattern):
            kept = artifacts / file.relative_to(cwd)
            kept.parent.mkdir(exist_ok=True)
            shutil.copyfile(file, kept)
    return code, said


def uploaded(command):
    """What an agent gets to run: whatever is not escaped has been replaced by then."""
    assert "$" not in command.replace("$$", ""), f"a lone $ is replaced at upload: {command}"
    return command.replace("$$", "$")
