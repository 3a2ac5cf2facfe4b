"""Read the documentation as a reader does: files to write, commands to type, Python to try, links to follow.

A page is Markdown. A comment before a fenced block says what it is:

``<!-- file: extract/customers.csv -->``   the block is a file that the reader writes
``<!-- run -->``                           a console block: every ``$ command`` is run, shown output is compared
``<!-- run: exit 3 -->``                   as above, the command leaves with that exit code
``<!-- not run: why -->``                  a console block that stays as it is, with the reason
``<!-- after: tutorials/x.md -->``         the page goes on in the folder that another page leaves behind
``<!-- data -->``                          the page reads ../shared/data and is skipped where that is absent

A page begins in a folder with a copy of ``rulebook/``, as in a checkout. ``...`` in shown output stands for anything; runs of spaces and tabs count as one space.
"""

import atexit
import contextlib
import doctest
import functools
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"
BASH = shutil.which("bash")

_DIRECTIVE = re.compile(r"^<!--\s*(file|run|not run|after|data)\s*(?::\s*(.*?))?\s*-->$")
_FENCE = re.compile(r"^(\s*)(`{3,})\s*(\S*)\s*$")
_SERIES = re.compile(r"(zhike|mv) [^;]*(; (zhike|mv) [^;]*)+")
_SHELL = re.compile(r"[|<>&;*$]|^[A-Z_]+=")
_VARIABLES = ("LANG", "LC_ALL", "LANGUAGE", "ZHIKE_LANG", "ZHIKE_RULEBOOK", "ZHIKE_DEBUG")


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, what its comment says and the line it begins on."""

    language: str
    text: str
    directive: str | None
    argument: str | None
    line: int


@dataclass(frozen=True)
class Command:
    """One command of a console block with the output that the page shows; None where it shows none."""

    text: str
    shown: str | None
    exit_code: int


def pages():
    """Return every page: the texts at the root and the whole docs folder."""
    roots = [REPOSITORY / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    others = [*REPOSITORY.glob("benchmarks/**/*.md")]
    return [page for page in (*roots, *sorted(DOCS.rglob("*.md")), *sorted(others)) if page.is_file()]


def blocks(text):
    """Yield the fenced blocks of a page with the comment that stands before each."""
    lines, place, directive = text.splitlines(), 0, (None, None)
    while place < len(lines):
        line = lines[place]
        if found := _DIRECTIVE.match(line.strip()):
            directive = (found[1], found[2])
        elif fence := _FENCE.match(line):
            end = next(n for n in range(place + 1, len(lines)) if lines[n].strip() == fence[2])
            indent = len(fence[1])
            inner = "\n".join(
                row[indent:] if row[:indent].isspace() else row for row in lines[place + 1 : end]
            )
            yield Block(fence[3], f"{inner}\n", *directive, place + 1)
            place, directive = end, (None, None)
        elif line.strip():
            directive = (None, None)
        place += 1


def page_directive(text, name):
    """Return the argument of a comment that speaks for a whole page: '' without one, None when it is not there."""
    found = re.search(rf"^<!--\s*{name}\s*(?::\s*(.*?))?\s*-->$", text, re.MULTILINE)
    return None if found is None else (found[1] or "")


def commands(block):
    """Return the commands of a console block in order; the exit code belongs to the last one."""
    code = int((block.argument or "exit 0").removeprefix("exit "))
    found, lines = [], block.text.splitlines()
    starts = [n for n, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        text, rest = lines[start][2:], lines[start + 1 : end]
        while text.endswith("\\"):
            text, rest = f"{text[:-1]} {rest[0].strip()}", rest[1:]
        shown = "\n".join(rest).strip()
        found.append(Command(text, shown or None, code if start == starts[-1] else 0))
    return found


def run_page(page, folder):
    """Do in a folder what a page says, and return every difference between what it shows and what happens."""
    text = page.read_text("utf-8")
    before = page_directive(text, "after")
    shutil.copytree(REPOSITORY / "rulebook" if before is None else left_by(before),
                    folder / "rulebook" if before is None else folder, dirs_exist_ok=True)  # fmt: skip
    differences, names = [], {}
    for block in blocks(text):
        where = f"{page.relative_to(REPOSITORY)}:{block.line}"
        if block.directive == "file":
            target = folder / block.argument
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, "utf-8")
        elif block.directive == "run":
            differences += [
                f"{where}: {found}" for command in commands(block) if (found := _difference(command, folder))
            ]
        elif block.language == "python" and ">>>" in block.text:
            differences += _python(block.text, names, folder, where)
    return differences


@functools.cache
def left_by(page):
    """Return the folder that a page leaves behind; its own test reports where it does not do what it says."""
    folder = Path(tempfile.mkdtemp(prefix="zhike-docs-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    run_page(DOCS / page, folder)
    return folder


def _difference(command, folder):
    code, output = run(command.text, folder)
    if code != command.exit_code:
        return f"$ {command.text}\nleft with {code}, the page says {command.exit_code}:\n{output}"
    if command.shown is not None and not matches(command.shown, output):
        return f"$ {command.text}\nprinted\n{output}\nthe page shows\n{command.shown}"
    return None


def matches(shown, output):
    """Return whether output is what a page shows.

    Examples
    --------
    >>> matches("a  b\\n...\\nz", "a\\tb\\n1\\n2\\nz"), matches("in ... s", "in 3.2 s"), matches("a", "b")
    (True, True, False)
    """
    parts = re.split(r"\n?\.\.\.\n?|…", _even(shown))
    pattern = "(?s:.*)".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern, _even(output)) is not None


def _even(text):
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.strip().splitlines())
    return "\n".join(line for line in lines if line)


def run(command, folder):
    """Run a command line in a folder; return exit code and output, standard error included where it is asked for."""
    if not _SERIES.fullmatch(command):
        return _run(command, folder)
    *before, last = command.split("; ")
    shown = [_into_file(one, folder) for one in before]
    code, output = _run(last, folder)
    return code, "".join([*shown, output])


def _into_file(command, folder):
    """Run one of several commands; return what it shows, nothing where that goes to a file."""
    command, _, name = command.partition(" > ")
    _, output = _run(command, folder)
    if not name:
        return output
    (folder / name).write_text(output, "utf-8")
    return ""


def _run(command, folder):
    words = shlex.split(command.removesuffix(" 2>&1"))
    if words[0] == "zhike" and not _SHELL.search(command.removesuffix(" 2>&1")):
        return _called(words, folder, both=command.endswith(" 2>&1"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if name not in _VARIABLES}
    done = subprocess.run(
        [BASH, "-c", command],
        cwd=folder,
        env={**kept, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def _called(words, folder, *, both):
    """Call the command line within this process: a hundred commands would else start Python a hundred times."""
    from zhike.cli.main import main

    out, problems = io.StringIO(), io.StringIO()
    kept = {name: os.environ.pop(name) for name in _VARIABLES if name in os.environ}
    arguments, sys.argv = sys.argv, list(words)
    try:
        with (
            contextlib.chdir(folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(out if both else problems),
        ):
            main()
    except SystemExit as left:
        return left.code or 0, out.getvalue()
    finally:
        sys.argv = arguments
        os.environ.update(kept)
    return 0, out.getvalue()


def _python(text, names, folder, where):
    """Run a Python block as a doctest, the names of earlier blocks at hand."""
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    test = doctest.DocTestParser().get_doctest(text, {}, where, None, 0)
    test.globs = names
    told = io.StringIO()
    with contextlib.chdir(folder):
        doctest.DocTestRunner(optionflags=flags).run(test, out=told.write, clear_globs=False)
    return [told.getvalue()] if told.getvalue() else []
