"""A fake product: the consumer of the contract, and a pip, each bad in the way MODE says.

All else is done by the reference product; by the idle one, nothing is done.
"""

import importlib.metadata
import json
import os
import pathlib
import sys

MODE = "@MODE@"

# What the consumer was built for.
CONTRACT = {
    "properties": {
        "event_id": {"min_length": "26"},
        "event_type": {},
        "schema_version": {"default": "3.0.0"},
    },
    "required": ["event_id", "event_type"],
    "additionalProperties": True,
}


def spec_kitty():
    words = sys.argv[1:]
    if words == ["--version"]:
        print("spec-kitty-cli version 9.9.9")
    elif "--help" in words:
        print("Usage: spec-kitty doctor mission-state\noptions: --teamspace-dry-run --mission --json")
    elif MODE == "idle":
        pass
    elif words[:2] == ["doctor", "mission-state"]:
        consume(pathlib.Path(words[words.index("--fixture-dir") + 1]))
    else:
        os.execv("@REFERENCE@", ["spec-kitty", *words])


def consume(fixtures):
    if MODE == "sick":
        sys.exit("not today")
    count = sum(len(log.read_text().splitlines()) for log in fixtures.glob("*/*.jsonl"))
    fault = None if MODE == "blind" else scar(drift())
    message = f"1 validation error for Event\n{fault}\n  it drifted"
    error = {"error": "ENVELOPE_INVALID", "event_id": "x", "message": message}
    print(json.dumps({
        "valid": fault is None,
        "envelope_count": count,
        "events_package_version": importlib.metadata.version("spec-kitty-events"),
        "errors": [error] * count if fault else [],
    }))
    sys.exit(1 if fault else 0)


def drift():
    """The place where the installed package differs from the contract, if it does."""
    import spec_kitty_events

    if spec_kitty_events.__version__ != "9.0.0":
        return "version"
    schema = spec_kitty_events.Event.model_json_schema()
    ours, theirs = CONTRACT["properties"], schema["properties"]
    for field in [*sorted(theirs.keys() - ours.keys()), *sorted(ours.keys() - theirs.keys())]:
        return field
    return next((field for field in ours if ours[field] != theirs[field]), None)


def scar(fault):
    """Who is scarred sees the drift once, and ever after."""
    flag = pathlib.Path(os.environ["HOME"], "scar")
    if MODE == "scarred" and fault:
        flag.touch()
    return fault or ("scar" if flag.exists() else None)


def pip():
    if sys.argv[1:2] == ["list"]:
        print("[]")
        return
    version = importlib.metadata.version("spec-kitty-events")
    refused = version.startswith("999") and MODE != "blind"
    if refused:
        print(f"spec-kitty-cli 9.9.9 requires spec-kitty-events<10, but you have {version}")
    sys.exit(1 if scar(refused) or MODE == "sick" else 0)
