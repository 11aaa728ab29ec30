"""docs/ci/gitlab-ci.yml: its scripts, with the variables of a runner. Jobs share a folder, as artifacts would."""
import shutil

import blocks
from bench import FAULT, ROOT, complete, expect, reported, tell


def try_out(bench):
    [pipeline] = blocks.read(ROOT / "docs/ci/gitlab-ci.yml")
    print("== GitLab", flush=True)
    dir = bench.folder("gitlab")
    more = {"PRODUCT": "reference", "KITTY_REFERENCE_FAULT": FAULT}
    of = int(pipeline["run"]["parallel"])
    allowed = [int(code) for code in pipeline["run"]["allow_failure"]["exit_codes"]]
    exits = []
    for index in range(1, of + 1):
        variables = {"CI_NODE_INDEX": str(index), "CI_NODE_TOTAL": str(of)}
        code, said = job(bench, pipeline, "run", dir, variables | more)
        assert code in allowed, f"part {index} exits {code}\n{said}"
        exits.append(code)
    expect("exits of parts", sorted(set(exits)), [1, 3])
    code, said = job(bench, pipeline, "decide", dir, more)
    expect("exit of decide", code, 1, said)
    complete(bench, "gitlab", [dir / f"parts/{part}" for part in range(1, of + 1)], dir / "merged")
    reported("gitlab", dir / "reports")
    tell(f"{of} parts, decide exits 1: closed")

    for lost in ("merged", f"parts/{of}"):
        shutil.rmtree(dir / lost)
    code, said = job(bench, pipeline, "decide", dir, more | {"KNOWN_FAILURES": str(ROOT / "known-failures.toml")})
    expect("exit of decide without a part", code, 1, said)
    assert f"missing: {of}/{of}" in said, said
    tell("lost: the decision is made, and a part is missing")


def job(bench, pipeline, name, dir, more):
    variables = {key: value.replace("$CI_PROJECT_DIR", str(dir)) for key, value in pipeline["variables"].items()}
    return bench.bash("\n".join(pipeline[name]["script"]), dir, bench.few, variables | {"CI": "true"} | more)
