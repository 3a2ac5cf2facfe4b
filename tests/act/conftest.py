"""A served bank of its own for each test of acting."""

import pytest
from served_bank import Served


@pytest.fixture
def bank(tmp_path):
    with Served(tmp_path / "store") as served:
        yield served
