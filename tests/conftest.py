"""Fixtures that every kind of test may use: the real data where it is there, the made-up bank everywhere."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

# A machine that is busy is no fault: no example is judged by the time it took.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Hypothesis reads the product's sources for constants and tries each against every text that it makes up, which takes
# longer than the tests themselves: only campaigns, with many examples, wait for that.
if not {"ZHIKE_EXAMPLES", "ZHIKE_FUZZ"} & set(os.environ):
    providers._get_local_constants = lambda: providers._local_constants  # noqa: SLF001 - there is no setting for it

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_DATA = REPOSITORY.parent / "shared" / "data"


@pytest.fixture(scope="session")
def repository():
    """The checkout's folder."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data():
    """The folder of real data sets beside the checkout; the test skips where there is none."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data is not here: ../shared/data beside the checkout is absent")
    return SHARED_DATA


@pytest.fixture(scope="session")
def rulebook():
    """The repository's rulebook."""
    from zhike.adapters.rule_files import load_rulebook

    return load_rulebook(REPOSITORY / "rulebook")


@pytest.fixture(scope="session")
def made_up_extract(tmp_path_factory):
    """The source files of a made-up bank of 200 customers."""
    from made_up.small_bank import write_extract

    folder = tmp_path_factory.mktemp("made_up") / "extract"
    write_extract(folder, customers=200, seed=7)
    return folder


@pytest.fixture(scope="session")
def made_up_bank(made_up_extract, rulebook):
    """The bank folder of that extract; its last day is `made_up.small_bank.LAST_DAY`."""
    from zhike.adapters.sources import load_source

    folder = made_up_extract.parent / "bank"
    load_source(folder, "csv", made_up_extract, rulebook)
    return folder
