"""After a person is erased by two others, no byte of theirs is in any file of the store, on either back end."""

import json
from pathlib import Path

import pytest
import served_bank
from served_bank import Clock, Served
from two_persons import ENDED, begun, full_life

from zhike.act.erasure import finish_erasure
from zhike.act.replay import replay_log

WHO, ADVISER, BRANCH = "customer-8800-4711-0815", "adviser-with-a-name-71", "branch-behind-the-station"
WORDS = "柜台上说的话，谁也不能知道 8f14e45fceea167a"
_PIECE = 8


def telling(rows):
    """Return rows in which C02 has a name that can be found in a file."""
    return json.loads(json.dumps(rows).replace('"C02"', f'"{WHO}"'))


@pytest.fixture
def bank(house, monkeypatch):
    """A served bank over a store of either back end."""
    plain = served_bank.content
    monkeypatch.setattr(served_bank, "content", lambda: telling(plain()))
    house.open(now=Clock().now).close()
    with Served.over(house.place, house.keys) as found:
        with found.store.write() as tx:
            tx.change("customers", {"customer_id": WHO}, {"adviser": ADVISER, "branch": BRANCH})
        yield found


def files_of(house):
    """Return the content of every file of the database; the server's log of changes is archived or recycled on its own."""
    folder = house.place.parent if house.kind == "sqlite" else house.server.data
    files = [
        path
        for path in Path(folder).rglob("*")
        if path.is_file() and path != house.keys and "pg_wal" not in path.parts
    ]
    return {path.name: content for path in files if (content := _read(path)) is not None}


def _read(path):
    """Return what is in a file; None where the server took it away since it was listed."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def found_in(house, texts):
    """Return which of some texts have a piece of eight bytes in a file."""
    if house.kind == "postgresql":
        house.server.run("CHECKPOINT")
    contents = b"\x00".join(files_of(house).values())
    return {text for text in texts if any(piece in contents for piece in _pieces(text))}


def _pieces(text):
    content = text if isinstance(text, bytes) else text.encode()
    return {content[n : n + _PIECE] for n in range(len(content) - _PIECE + 1)}


def test_no_byte_of_the_person_is_left_in_any_file(house, bank):
    for customer in (WHO, "C01", "C03"):
        full_life(bank, customer, WORDS if customer == WHO else f"words of {customer}")
    bank.store.checkpoint()
    # Of identifiers, what is chance: they begin with the time, which is everybody's.
    kinds = {"offers": "offer_id", "decisions": "decision_id", "responses": "response_id"}
    names = {
        row[name][-20:] for table, name in kinds.items() for row in bank.rows(table, {"customer_id": WHO})
    }
    (key,) = bank.rows("person_keys", {"customer_id": WHO})
    wanted = {ADVISER, BRANCH, key["wrapped"], *names}
    assert len(names) > 3
    assert found_in(house, wanted) == wanted  # the search finds what is there
    assert found_in(house, {WORDS}) == set()  # never written in the clear

    row = begun(bank, WHO, ended=ENDED)
    assert key["wrapped"] in found_in(house, wanted)  # files remember until they are cleared
    finish_erasure(bank.acting, row["erasure_id"], bank.store.keys.audit_seed)
    assert found_in(house, {*wanted, WORDS}) == set()
    # What stays: that there was such a customer, who asked, who approved; and what a duty keeps, sealed by the bank.
    assert found_in(house, {WHO}) == {WHO}
    assert bank.rows("retained")[0]["content"]["rows"]
    assert bank.decide(WHO).status_code == 404
    assert bank.decide("C01").status_code == 200
    assert replay_log(bank.acting, bank.service.desk).proven
