"""``zhike complaints``: mailboxes and tables taken in once, what was refused corrected and taken in again."""

import csv

import pytest
import served_bank

from zhike.adapters.store import open_store

MAIL = "From w@mail.example Tue Jun 30 10:00:00 2026\nFrom: {name} <w@mail.example>\nMessage-ID: <{key}@x>\nSubject: fee\n{more}\n{words}\n\n"
TABLE = "来源,received,words,customer,reference\n来信,2026-06-20,重复扣费两次,C02,L1\n来信,2026-13-20,利率不对,C02,L2\n来信,2026-06-21,排队太久,NOBODY,L4\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store with the small bank; every test hands in what no other does."""
    place = tmp_path_factory.mktemp("desk") / "zhike.db"
    with open_store(place) as made:
        served_bank.publish_small(
            served_bank.Acting(made, served_bank.Clock(), served_bank.secrets.token_bytes)
        )
    return place


def box(*mails):
    return "".join(MAIL.format(**{"name": "Wang", "more": "", **one}) for one in mails)


def test_a_mailbox_is_taken_in_once(zhike, store, tmp_path):
    mailbox = tmp_path / "box.mbox"
    mailbox.write_text(box(
        {"key": 1, "words": "Customer no. C01, phone 10012345678: charged twice"}, {"key": 2, "more": "In-Reply-To: <1@x>\n", "words": "still nothing"},
        {"key": 3, "words": "who am I", "name": "Nobody"}, {"key": 4, "more": "Auto-Submitted: auto-replied\n", "words": "away"},
    ).replace("Nobody <w@", "Nobody <n@"), "utf-8")  # fmt: skip
    first = zhike("complaints", "mail", mailbox, "--store", store, "--json")
    assert (first.code, [one["state"] for one in first.json["placed"]]) == (
        0,
        ["opened", "added", "waiting", "set_aside"],
    )
    counts = {
        name: first.json[name]
        for name in ("messages", "opened", "added", "waiting", "set_aside", "known", "rejects")
    }
    assert counts == {
        "messages": 4,
        "opened": 1,
        "added": 1,
        "waiting": 1,
        "set_aside": 1,
        "known": 0,
        "rejects": 0,
    }
    assert "charged" not in first.out
    again = zhike("complaints", "mail", mailbox, "--store", store, "--json").json
    assert (again["known"], again["opened"]) == (4, 0)
    assert [one["complaint_id"] for one in again["placed"]] == [
        one["complaint_id"] for one in first.json["placed"]
    ]
    told = {
        zhike("complaints", "mail", mailbox, "--store", store, "--lang", lang).out
        for lang in ("en", "zh-Hans", "zh-Hant")
    }
    assert len(told) == 3


def test_a_table_in_another_charset_is_taken_in_and_what_was_refused_is_corrected(zhike, store, tmp_path):
    table, refused, mapping = tmp_path / "letters.csv", tmp_path / "refused.csv", tmp_path / "map.yaml"
    table.write_bytes(TABLE.encode("gb18030"))
    mapping.write_text("columns: {来源: channel}\nvalues: {来信: letter}\n", "utf-8")
    common = ("--store", store, "--map", mapping)
    answer = zhike("complaints", "import", table, *common, "--rejects", refused, "--json")
    assert (answer.code, answer.json["opened"]) == (3, 1)
    assert [(one["line"], one["code"], one["column"]) for one in answer.json["rejected"]] == [
        (3, "bad_date", "received"),
        (4, "bad_value", "customer"),
    ]
    with refused.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["reject_code"] for row in rows] == ["bad_date", "bad_value"]
    rows[0]["received"], rows[1]["customer"] = "2026-06-22", "C03"
    with refused.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    assert zhike("complaints", "import", refused, *common, "--json").json["opened"] == 2
    assert zhike("complaints", "import", refused, *common, "--json").json["known"] == 2


@pytest.mark.parametrize(
    ("content", "words", "code"),
    [(b"\x00\x01PNG", ("mail",), 3), (None, ("mail",), 2), (b"a,b\n1,2\n", ("import",), 2), (b"", ("import",), 2), (None, ("import",), 2),
     (b"channel,received,words\nletter,2026-06-01,x\n", ("import", "--bank", "nowhere"), 2)],
)  # fmt: skip
def test_what_cannot_be_taken_in_is_told(zhike, store, tmp_path, content, words, code):
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    answer = zhike("complaints", words[0], file, *words[1:], "--store", store)
    assert answer.code == code
    assert answer.out + answer.err
