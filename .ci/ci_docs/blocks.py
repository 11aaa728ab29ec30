"""Reads the YAML of our CI files: the part of the language that they are written in, and nothing beyond. Python
brings no YAML, and these trials are to run where nothing else is installed. Every scalar is read as text."""
import json
import re

KEY = re.compile(r"([A-Za-z_][\w.-]*):(?:\s+(.*))?$")


def read(file):
    """The documents of a file."""
    text = file.read_text()
    documents = [Reader(part).node(0) for part in re.split(r"^---$", text, flags=re.M)]
    agree(file, text, documents)
    return documents


def agree(file, text, documents):
    """Holds what was read against what PyYAML reads, where there is one."""
    try:
        import yaml
    except ImportError:
        return
    theirs = list(yaml.load_all(text, Loader=yaml.BaseLoader))
    assert documents == theirs, f"{file} is written in more YAML than blocks.py reads"


class Reader:
    def __init__(self, text):
        self.lines = text.split("\n")
        self.at = 0

    def peek(self):
        """The next line that says something: its indentation, and its text."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.strip() and not line.lstrip().startswith("#"):
                return len(line) - len(line.lstrip()), line.strip()
            self.at += 1
        return -1, ""

    def node(self, least):
        indent, text = self.peek()
        if indent < least:
            return ""
        return self.sequence(indent) if text.startswith("- ") else self.mapping(indent)

    def mapping(self, indent):
        found = {}
        while True:
            here, text = self.peek()
            if here != indent or text.startswith("- "):
                assert here < indent, f"unexpected indentation: {text}"
                return found
            key = KEY.match(text)
            assert key, f"not KEY: VALUE: {text}"
            self.at += 1
            found[key[1]] = self.value(key[2] or "", indent)

    def sequence(self, indent):
        found = []
        while True:
            here, text = self.peek()
            if here != indent:
                assert here < indent, f"unexpected indentation: {text}"
                return found
            if KEY.match(text[2:]):
                # A mapping that begins on the line of its dash.
                self.lines[self.at] = " " * (indent + 2) + text[2:]
                found.append(self.mapping(indent + 2))
            else:
                self.at += 1
                found.append(self.value(text[2:], indent))

    def value(self, text, indent):
        if not text or text.startswith("#"):
            return self.node(indent + 1)
        if text in ("|", ">-"):
            lines = self.block(indent)
            return "\n".join(lines) + "\n" if text == "|" else " ".join(lines)
        return scalar(text)

    def block(self, indent):
        lines = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.strip() and len(line) - len(line.lstrip()) <= indent:
                break
            lines.append(line)
            self.at += 1
        while lines and not lines[-1].strip():
            lines.pop()
        margin = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
        return [line[margin:] for line in lines]


def scalar(text):
    if text.startswith('"'):
        return json.loads(text)
    if text.startswith("["):
        return [scalar(word.strip()) for word in text[1:-1].split(",") if word.strip()]
    if text == "{}":
        return {}
    return text
