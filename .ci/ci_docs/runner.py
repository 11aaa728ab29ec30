"""As much of GitHub's runner as action.yml and gate.yml need: expressions, conditions, the files that steps write to,
artifacts in a folder. What it does not know is an error."""
import fnmatch
import json
import os
import re
import shutil

import blocks
from bench import ROOT

NAME = re.compile(r"'[^']*'|\b(?:[a-z][\w-]*\.)+[\w-]+\b|\b(?:true|false)\b|&&|\|\||!(?!=)")
ACTION = "./.kitty-gate-source"


class Job:
    """One job on a machine of its own."""

    def __init__(self, bench, dir, store, tools, contexts, env=None):
        self.bench, self.store, self.tools, self.env = bench, store, str(tools), env or {}
        self.workspace, self.temp = dir / "workspace", dir / "temp"
        self.summary = dir / "summary.md"
        self.workspace.mkdir(parents=True)
        self.temp.mkdir()
        self.contexts = {"runner": {"temp": str(self.temp), "os": "Linux", "arch": "X64"},
                         "github": {"repository": "somebody/something"}} | contexts
        self.status, self.exit, self.said = "success", 0, ""

    def run_steps(self, steps, inputs, env=None):
        """Runs steps, of a job or of the action: the contexts that they leave."""
        frame = {"inputs": inputs, "steps": {}}
        for step in steps:
            frame["steps"].setdefault(step.get("id", ""), {"outputs": {}})
            if not self.is_on(step.get("if", ""), frame):
                continue
            code, outputs = self.step(step, frame, self.env | (env or {}))
            frame["steps"][step.get("id", "")] = {"outputs": outputs}
            if code and self.status == "success":
                self.status, self.exit = "failure", code
        return frame

    def step(self, step, frame, outer):
        if "run" in step:
            env = {name: self.text(value, frame) for name, value in step.get("env", {}).items()}
            return self.block(step["run"], outer | env)
        given = {name: self.text(value, frame) for name, value in step.get("with", {}).items()}
        uses = step["uses"]
        if uses == ACTION:
            return self.action(given)
        assert re.fullmatch(r"actions/[a-z-]+@v\d+", uses), f"not pinned to a major version: {uses}"
        known = {"checkout": lambda: None, "cache": lambda: None,
                 "upload-artifact": lambda: self.upload(given), "download-artifact": lambda: self.download(given)}
        known[uses.split("/")[1].split("@")[0]]()
        return 0, {}

    def block(self, script, env):
        files = {name: self.temp / name for name in ("GITHUB_OUTPUT", "GITHUB_PATH")}
        for file in files.values():
            file.write_text("")
        env = env | {name: str(file) for name, file in files.items()}
        env |= {"GITHUB_ACTIONS": "true", "RUNNER_TEMP": str(self.temp), "GITHUB_WORKSPACE": str(self.workspace),
                "GITHUB_STEP_SUMMARY": str(self.summary), "PATH": f"{self.tools}:{os.environ['PATH']}"}
        code, said = self.bench.bash(script, self.workspace, self.tools, env)
        self.said += said
        for folder in files["GITHUB_PATH"].read_text().split():
            self.tools = f"{folder}:{self.tools}"
        outputs = {}
        for line in files["GITHUB_OUTPUT"].read_text().splitlines():
            name, value = line.split("=", 1)
            outputs[name] = value
        return code, outputs

    def action(self, given):
        [action] = blocks.read(ROOT / "action.yml")
        unknown = set(given) - set(action["inputs"])
        assert not unknown, f"action.yml has no input {unknown}"
        inputs = {name: declared["default"] for name, declared in action["inputs"].items()} | given
        before, self.status = self.status, "success"
        frame = self.run_steps(action["runs"]["steps"], inputs, {"GITHUB_ACTION_PATH": str(ROOT)})
        code = self.exit if self.status == "failure" else 0
        self.status = before
        return code, {name: self.text(output["value"], frame) for name, output in action["outputs"].items()}

    def upload(self, given):
        source = self.workspace / given["path"]
        if source.exists():
            shutil.copytree(source, self.store / given["name"], dirs_exist_ok=True)

    def download(self, given):
        if "name" in given:
            shutil.copytree(self.store / given["name"], self.workspace / given["path"], dirs_exist_ok=True)
            return
        for artifact in self.store.iterdir():
            if fnmatch.fnmatch(artifact.name, given["pattern"]):
                shutil.copytree(artifact, self.workspace / given["path"] / artifact.name)

    def is_on(self, condition, frame):
        words = condition.removeprefix("${{").removesuffix("}}").strip()
        if not re.search(r"\b(always|cancelled|failure|success)\(\)", words):
            words = f"success() && ({words})" if words else "success()"
        return bool(self.value(words, frame))

    def text(self, text, frame):
        def said(match):
            value = self.value(match[1].strip(), frame)
            return value if isinstance(value, str) else json.dumps(value)
        return re.sub(r"\$\{\{(.*?)\}\}", said, text)

    def value(self, words, frame):
        """An expression, in Python's words."""
        operators = {"&&": " and ", "||": " or ", "!": " not ", "true": "True", "false": "False"}

        def spelled(match):
            word = match[0]
            return word if word[0] == "'" else operators.get(word) or f"look({word!r})"
        functions = {"always": lambda: True, "cancelled": lambda: False, "success": lambda: self.status == "success",
                     "fromJSON": json.loads, "look": lambda path: self.look(path, self.contexts | frame)}
        return eval(NAME.sub(spelled, words).strip(), {"__builtins__": {}}, functions)

    @staticmethod
    def look(path, contexts):
        found, *rest = path.split(".")
        value = contexts[found]
        for number, name in enumerate(rest):
            # An output that no step wrote is empty; everything else has to be there.
            is_output = number and rest[number - 1] == "outputs"
            value = value.get(name, "") if is_output else value[name]
        return value


def workflow(bench, dir, inputs, tools, env=None, lose=()):
    """Runs gate.yml: the job that decides, and how each job ended."""
    [file] = blocks.read(ROOT / ".github/workflows/gate.yml")
    declared = file["on"]["workflow_call"]["inputs"]
    unknown = set(inputs) - set(declared)
    assert not unknown, f"gate.yml has no input {unknown}"
    inputs = {name: one.get("default", "") for name, one in declared.items()} | inputs
    store = dir / "artifacts"
    store.mkdir()
    jobs, ended = file["jobs"], {}

    def job(name, folder, contexts):
        machine = Job(bench, dir / folder, store, tools, contexts, env)
        frame = machine.run_steps(jobs[name]["steps"], inputs)
        return machine, {key: machine.text(value, frame) for key, value in jobs[name].get("outputs", {}).items()}

    plan, outputs = job("plan", "plan", {})
    ended["plan"] = plan
    if plan.status != "success":
        return None, ended
    needs = {"plan": {"result": "success", "outputs": outputs}}
    matrix = plan.value(jobs["run"]["strategy"]["matrix"].strip("${} "), {"needs": needs})
    for entry in matrix["include"]:
        ended[entry["name"]], _ = job("run", f"run-{entry['name']}", {"needs": needs, "matrix": entry})
    for name in lose:
        shutil.rmtree(store / f"kitty-gate-part-{name}")
    ended_parts = [ended[entry["name"]].status for entry in matrix["include"]]
    needs["run"] = {"result": "failure" if "failure" in ended_parts else "success"}
    assert plan.is_on(jobs["decide"]["if"], {"needs": needs}), "nobody decides"
    decide, outputs = job("decide", "decide", {"needs": needs})
    decide.outputs = outputs
    return decide, ended
