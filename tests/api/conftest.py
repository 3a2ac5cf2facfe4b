"""Served banks: one for each test, or one for all tests of a module that only look."""

import pytest
import served_bank
from api_calls import prepared_copy


@pytest.fixture(scope="module", autouse=True)
def _cheap_passwords():
    with pytest.MonkeyPatch.context() as patch:
        served_bank.cheap_passwords(patch)
        yield


@pytest.fixture
def bank(tmp_path):
    """A served bank of a test's own."""
    with served_bank.Served(tmp_path / "bank") as found:
        yield found


@pytest.fixture
def ready(tmp_path):
    """A served bank of a test's own with all that the calls are about, and the calls."""
    bank, calls = prepared_copy(tmp_path / "bank")
    with bank:
        yield bank, calls


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A served bank for tests that leave it as it is, or need no more than that it grows."""
    with served_bank.Served(tmp_path_factory.mktemp("shared") / "bank") as found:
        yield found
