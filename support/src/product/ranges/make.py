"""Writes table.tsv: which versions lie in which ranges, as PyPI's `packaging` has it.

    python3 -m venv v && v/bin/pip install packaging==26.4
    v/bin/python support/src/product/ranges/make.py > support/src/product/ranges/table.tsv

A line `version` names a version; they stand in `packaging`'s order. A line `range` names a range, and the runs of
consecutive versions that it contains. A line `refused` names a text that is no range.
published.txt are the releases on PyPI when the table was made (`pip index versions spec-kitty-cli --pre`).
"""

import itertools
import pathlib
import random
import sys

import packaging
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

PINNED = "26.4"
OPERATORS = ["==", "!=", "<", "<=", ">", ">="]
# Around these, every form that a version can have is tried.
NEIGHBOURS = ["3.2", "3.2.0", "3.2.0a10", "3.2.0rc2", "3.2.6", "3.2.6.2", "3.2.7", "4.0.0rc7", "4.0.0"]
FORMS = [".dev0", ".dev1", "+ours", "+ours.2", ".post0", ".post1", ".post1.dev0", ".post1+ours", ".dev1+ours"]
# Each part of a version, for versions drawn by lot from few numbers: most of them are neighbours.
PARTS = [
    ["", "", "", "1!"],
    ["0", "1", "1.0", "1.1", "1.0.0", "1.1.1", "1.0.1.1", "2"],
    ["", "", "a0", "a1", "b1", "rc1"],
    ["", "", ".post0", ".post1"],
    ["", "", ".dev0", ".dev1"],
    ["", "", "", "+a", "+1", "+a.1"],
]
SETS = [
    ">=4.0.0rc1,<4.0.0rc8", "<3.2.6rc1", ">=3.2.6rc1", ">=3.2.0rc2", ">=3.2.0,<3.3", ">3.1,!=3.2.0,<3.2.6.2",
    "~=3.2.0,!=3.2.0rc2", ">=3.2,<3.2", "== 3.2.7", " >=3.2 , <4 ", "==3.2.0-RC.2", "==v3.2.7",
]
REFUSED = [
    "3.2.7", "=3.2.7", "~=3", "<3.2.*", ">=3.2.0+ours", "==3.2.0rc1.*", "~=3.2.*", "==", ">=3.2;<4", ">=3.2 <4",
    "latest", "==3.2.x", "=>3.2", "> =3.2", "==3.2.7 # why", "<>3.2",
]


def main():
    if packaging.__version__ != PINNED:
        sys.exit(f"packaging is {packaging.__version__}; the table is made with {PINNED}")
    published = pathlib.Path(__file__).with_name("published.txt").read_text().split()
    lot = random.Random(440)
    drawn = ["".join(lot.choice(part) for part in PARTS) for _ in range(150)]
    near = [version + form for version, form in itertools.product(NEIGHBOURS, FORMS)]
    others = ["2!0", "1!3.2.7", "1!3.2.7rc1", "1!3.2.7.post1", "0.0", "0.dev0", *NEIGHBOURS]
    versions = sorted({str(Version(word)): Version(word) for word in published + near + others + drawn}.values())
    versions = [versions[0], *(b for a, b in itertools.pairwise(versions) if a != b)]
    bounds = [*NEIGHBOURS, *near, *others, *drawn, *published]
    for version in versions:
        print("version", version, sep="\t")
    for text in dict.fromkeys([*SETS, *ranges(bounds), *both(bounds, lot)]):
        try:
            wanted = SpecifierSet(text)
        except InvalidSpecifier:
            print("refused", text, sep="\t")
        else:
            print("range", text, *runs(versions, wanted), sep="\t")
    for text in REFUSED:
        print("refused", text, sep="\t")


def ranges(bounds):
    for bound in bounds:
        for operator in OPERATORS:
            if "+" not in bound or operator in ("==", "!="):
                yield operator + bound
        if Version(bound).base_version == str(Version(bound)):
            yield f"=={bound}.*"
            yield f"!={bound}.*"
        if "+" not in bound and len(Version(bound).release) > 1:
            yield f"~={bound}"


def both(bounds, lot):
    """A lower and an upper bound."""
    plain = [bound for bound in bounds if "+" not in bound]
    for _ in range(300):
        low, high = sorted(lot.sample(plain, 2), key=Version)
        yield f"{lot.choice(['>', '>='])}{low},{lot.choice(['<', '<=', '!='])}{high}"


def runs(versions, wanted):
    """`first..last` of each run of versions that lie in the range."""
    inside = [wanted.contains(str(version), prereleases=True) for version in versions]
    for lies_in, run in itertools.groupby(zip(inside, versions), key=lambda pair: pair[0]):
        if lies_in:
            run = [version for _, version in run]
            yield f"{run[0]}..{run[-1]}"


main()
