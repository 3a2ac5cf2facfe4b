"""Blobs: one copy for each content, and a changed content is not given out."""

import hashlib

import pytest

from zhike.core.blobs import get_blob, put_blob
from zhike.core.service_errors import RecordNotFoundError
from zhike.core.store_errors import StoreInvalidError


class Rows:
    """A transaction that keeps blobs in memory."""

    def __init__(self):
        self.rows = {}

    def count(self, table, where):
        assert table == "blobs"
        return int(where["address"] in self.rows)

    def insert(self, table, rows):
        assert table == "blobs"
        for row in rows:
            assert row["address"] not in self.rows
            self.rows[row["address"]] = row

    def one(self, table, address):
        assert table == "blobs"
        return self.rows.get(address)


@pytest.mark.parametrize("content", [b"", b"x", b"\x00" * 1000, "客户".encode()])
def test_a_content_is_kept_once_and_found_by_its_hash(content):
    rows = Rows()
    address = put_blob(rows, content)
    assert address == put_blob(rows, content) == hashlib.sha256(content).hexdigest()
    assert len(rows.rows) == 1
    assert get_blob(rows, address) == content


def test_a_changed_or_absent_content_is_not_given_out():
    rows = Rows()
    address = put_blob(rows, b"content")
    rows.rows[address]["content"] = b"CONTENT"
    with pytest.raises(StoreInvalidError, match=address):
        get_blob(rows, address)
    with pytest.raises(RecordNotFoundError, match="absent"):
        get_blob(rows, "absent")
