"""Lines are whole or not there, whoever writes at the same time and whatever was cut off before."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from zhike.adapters.delivery.file import FileDeliverer
from zhike.core.service_errors import DeliveryError

REPOSITORY = Path(__file__).resolve().parents[2]


def message(name="m-1", text="x"):
    return {
        "message_id": name,
        "topic": "offer.made",
        "route": "app",
        "customer_id": "C1",
        "content": {"text": text},
    }


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_message_is_a_line_for_the_owner_alone(tmp_path):
    path = tmp_path / "app.jsonl"
    for name in ("m-1", "m-2"):
        FileDeliverer(path).deliver(message(name, "要约\n二"))
    assert lines(path) == [message("m-1", "要约\n二"), message("m-2", "要约\n二")]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("left", [b'{"message_id":"m-0","cont', b'{"a":1}\n{"b"', b'{"a":1}\n'])
def test_half_a_line_that_a_power_cut_left_is_taken_away(tmp_path, left):
    path = tmp_path / "app.jsonl"
    path.write_bytes(left)
    FileDeliverer(path).deliver(message())
    whole = left[: left.rfind(b"\n") + 1]
    assert path.read_bytes() == whole + json.dumps(message(), separators=(",", ":")).encode() + b"\n"


def test_half_a_line_may_be_long(tmp_path):
    path = tmp_path / "app.jsonl"
    path.write_bytes(b'{"a":1}\n' + b"x" * 200_000)
    FileDeliverer(path).deliver(message())
    assert [one.get("a", one.get("message_id")) for one in lines(path)] == [1, "m-1"]


def test_processes_that_write_at_once_do_not_mix_their_lines(tmp_path):
    path = tmp_path / "app.jsonl"
    code = """
import sys
from pathlib import Path
from zhike.adapters.delivery.file import FileDeliverer
carrier = FileDeliverer(Path(sys.argv[1]))
for number in range(50):
    carrier.deliver({"message_id": f"{sys.argv[2]}-{number}", "route": "app", "content": "x" * 9000})
"""
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", code, path, str(name)], env={**os.environ, "PYTHONPATH": str(REPOSITORY)}
        )
        for name in range(3)
    ]
    assert [one.wait(60) for one in workers] == [0, 0, 0]
    found = [one["message_id"] for one in lines(path)]
    assert sorted(found) == sorted(f"{name}-{number}" for name in range(3) for number in range(50))
    for name in range(3):
        own = [one for one in found if one.startswith(f"{name}-")]
        assert own == [f"{name}-{number}" for number in range(50)]


SLOW = """
import os, sys, time
from pathlib import Path
from zhike.adapters.delivery import file
whole = os.write
def piecemeal(descriptor, content):
    time.sleep(0.0005)
    return whole(descriptor, content[:300])
os.write = piecemeal
if sys.argv[3] == "unlocked":
    file.fcntl.flock = lambda *_: None
carrier = file.FileDeliverer(Path(sys.argv[1]))
Path(sys.argv[1] + sys.argv[2]).touch()
while not all(Path(sys.argv[1] + name).exists() for name in "ab"):  # both begin at once
    time.sleep(0.001)
for number in range(15):
    carrier.deliver({"message_id": f"{sys.argv[2]}-{number}", "route": "app", "content": sys.argv[2] * 3000})
"""


def written_piecemeal(path, lock):
    """Let two processes append at once to one file, a few bytes a call; return the messages that are there as they were sent."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    words = [sys.executable, "-c", SLOW, path]
    workers = [subprocess.Popen([*words, name, lock], env=environment) for name in "ab"]
    assert [one.wait(60) for one in workers] == [0, 0]
    found = []
    for line in path.read_bytes().splitlines():
        try:
            message = json.loads(line)
        except ValueError:
            continue
        whole = message["content"] == message["message_id"][0] * 3000
        found += [message["message_id"]] if whole else []
    return sorted(found)


def test_the_lock_keeps_lines_whole_that_take_many_writes(tmp_path):
    sent = sorted(f"{name}-{number}" for name in "ab" for number in range(15))
    assert written_piecemeal(tmp_path / "locked.jsonl", "locked") == sent
    assert len((tmp_path / "locked.jsonl").read_bytes().splitlines()) == len(sent)
    assert (
        written_piecemeal(tmp_path / "unlocked.jsonl", "unlocked") != sent
    )  # so it is the lock that does it


def test_a_disk_that_is_full_leaves_nothing_of_the_line(tmp_path, monkeypatch):
    path = tmp_path / "app.jsonl"
    FileDeliverer(path).deliver(message("m-1"))
    really = os.write

    def full(file, data):
        really(file, data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(DeliveryError, match="No space left on device"):
        FileDeliverer(path).deliver(message("m-2"))
    monkeypatch.undo()
    assert [one["message_id"] for one in lines(path)] == ["m-1"]


def test_a_folder_that_is_not_there_is_a_problem_for_this_time(tmp_path):
    with pytest.raises(DeliveryError) as caught:
        FileDeliverer(tmp_path / "nowhere" / "app.jsonl").deliver(message())
    assert caught.value.retryable
    assert "C1" not in str(caught.value)
