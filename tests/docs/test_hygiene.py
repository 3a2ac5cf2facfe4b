"""Nothing in the repository points to one machine, one workplace or somebody's data."""

import hashlib
import re
import shutil
import subprocess

import pytest
from doc_pages import REPOSITORY

ROOTS = "work|farm|root|tmp|home|Users|mnt|private"
ABSOLUTE = re.compile(rf"(?<![\w.$}}/:-])/(?:{ROOTS})/[\w.-]+")
HOSTS = re.compile(r"py[p]i\.org|python[h]osted|index-[u]rl[ =]+http|/sim[p]le/|arti[f]actory|npm[j]s\.org")
"""Each with one letter in brackets, so that this file does not find itself."""
LARGEST = 400_000
GIT = shutil.which("git")


def files():
    """Return every file that git tracks or would add."""
    listed = subprocess.run(
        [GIT, "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return [file for name in listed.stdout.split("\0") if name and (file := REPOSITORY / name).is_file()]


def lines_with(pattern):
    found = []
    for file in files():
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{file.relative_to(REPOSITORY)}: {hit[0]}" for hit in pattern.finditer(text)]
    return found


def test_no_absolute_paths():
    assert lines_with(ABSOLUTE) == []


def test_no_package_index():
    assert lines_with(HOSTS) == []


def test_no_large_files():
    assert [file.name for file in files() if file.stat().st_size > LARGEST] == []


def test_no_data_from_outside():
    """No file of the data sets lies in the repository under any name."""
    data = REPOSITORY.parent / "shared" / "data"
    if not data.is_dir():
        pytest.skip("../shared/data is not on this machine")
    ours = {hashlib.sha256(file.read_bytes()).hexdigest(): file for file in files() if file.stat().st_size}
    theirs = {
        hashlib.sha256(file.read_bytes()).hexdigest()
        for file in data.rglob("*")
        if file.is_file() and file.stat().st_size < 50_000_000
    }
    assert [str(ours[key]) for key in ours.keys() & theirs] == []


@pytest.mark.parametrize(("text", "found"), [
    ("see {}root/x", True),
    ("open('{}work/data')", True),
    ("../shared/data", False),
    ("https://example.org/home/x", False),
    ("/dev/null", False),
])  # fmt: skip
def test_absolute_paths_are_recognised(text, found):
    assert bool(ABSOLUTE.search(text.format("/"))) is found
