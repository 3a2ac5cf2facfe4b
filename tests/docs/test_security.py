"""The page on security names tests that are there, and requirements of the standard once each, chapter by chapter."""

import ast
import re

from doc_pages import DOCS, REPOSITORY

PAGE = (DOCS / "methodology" / "security.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| (\d|other)", line)
]
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ANSWERS = re.compile(r"n/a|You[,:]|You for|Not met")
CHAPTERS = range(1, 18)


def names_in(file):
    """Return the names of functions and variables at the top of a module."""
    tree = ast.parse((REPOSITORY / file).read_text("utf-8"))
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def numbers(cell):
    """Return the requirements of a cell: one, several, or from one to another."""
    first, _, last = cell.partition(" to ")
    if last:
        section = first.rpartition(".")[0]
        return [f"{section}.{n}" for n in range(int(first.split(".")[2]), int(last.split(".")[2]) + 1)]
    return [] if cell.startswith("other") else [one.strip() for one in cell.split(",")]


def test_every_test_that_is_named_is_there():
    named = sorted(set(TEST.findall(PAGE)))
    assert len(named) > 80
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (REPOSITORY / file).is_file() or name not in names_in(file)
    ]
    assert missing == []


def test_every_requirement_is_answered_once_and_in_order():
    listed = [number for row in ROWS for number in numbers(row[0])]
    assert all(re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{1,2}", number) for number in listed)
    assert len(listed) == len(set(listed))
    chapters = [int(number.split(".")[0]) for number in listed]
    assert chapters == sorted(chapters)
    assert all(len(row) == 3 and row[1] for row in ROWS)


def test_every_answer_is_a_test_a_reason_or_plainly_a_gap():
    silent = [row[0] for row in ROWS if not TEST.search(row[2]) and not ANSWERS.search(row[2])]
    assert silent == []


def test_every_chapter_of_the_standard_is_spoken_of():
    assert [n for n in CHAPTERS if not re.search(rf"\bV{n}\b", PAGE)] == []
