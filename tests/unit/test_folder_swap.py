"""Folders are complete or absent, and the next run mends what a killed one left."""

import os
import subprocess
import sys

import pytest

from zhike.adapters.folder_swap import built_folder, mend_folder


@pytest.fixture
def gone():
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def build(place, text):
    with built_folder(place) as building:
        (building / "content").write_text(text)


def test_a_folder_takes_its_place_and_is_replaced_whole(tmp_path):
    place = tmp_path / "deep" / "out"
    build(place, "first")
    build(place, "second")
    assert (place / "content").read_text() == "second"
    assert [path.name for path in place.parent.iterdir()] == ["out"]


def test_a_failure_leaves_the_former_folder_and_nothing_else(tmp_path):
    place = tmp_path / "out"
    build(place, "first")
    with pytest.raises(TypeError):
        build(place, 0)
    assert (place / "content").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_a_kill_between_the_two_moves_set_aside_comes_back(tmp_path, gone):
    aside = tmp_path / f".out-replaced-{gone}"
    aside.mkdir()
    (aside / "content").write_text("former")
    mend_folder(tmp_path / "out")
    assert (tmp_path / "out" / "content").read_text() == "former"


def test_leftovers_go_unless_their_process_still_runs(tmp_path, gone):
    build(tmp_path / "out", "there")
    for name in (
        f".out-replaced-{gone}",
        f".out-building-{gone}",
        f".out-building-{os.getpid()}",
        ".out-building-x",
    ):
        (tmp_path / name).mkdir()
    mend_folder(tmp_path / "out")
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == sorted([f".out-building-{os.getpid()}", ".out-building-x", "out"])


def test_a_link_stays_a_link(tmp_path):
    build(tmp_path / "real", "first")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    build(tmp_path / "link", "second")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "content").read_text() == "second"
