"""Models of complaints: learnt from a bank's own sorted ones, carded by those that came last, in force once they were let through."""

import datetime as dt

import pytest
from learnt_models import NOW

from zhike.adapters.complaint_models import (
    SortedComplaints,
    complaint_models_in_force,
    models_of_record,
    train_on_complaints,
)
from zhike.adapters.model_registry import ModelRegistry
from zhike.adapters.rule_files import load_rulebook
from zhike.core.errors import ZhikeError
from zhike.learn.champion import Stepped
from zhike.learn.model_card import ModelCard, card_page
from zhike.learn.model_history import ModelStep, next_step

AT = dt.date(2026, 6, 30)
RULEBOOK = load_rulebook()
SAID = [
    ("credit_card", "urgent", "card was stolen, call 13800138000"),
    ("credit_card", "", "信用卡年费太贵"),
    ("loan", "normal", "loan rate is too high"),
    ("loan", "normal", "贷款审批太慢"),
    ("credit_card", "urgent", "lost my card today"),
]
HEAD = "received,business,urgency,said\n"


def lines(count=30, head=HEAD):
    """Return complaints, the last one of the file the first that came."""
    rows = [f'2026-05-{30 - at:02},{",".join(SAID[at % 5][:2])},"{SAID[at % 5][2]}"\n' for at in range(count)]
    return head + "".join(rows)


@pytest.fixture
def given(tmp_path):
    def write(text):
        (tmp_path / "sorted.csv").write_text(text, "utf-8")
        return SortedComplaints(tmp_path / "sorted.csv", "said")

    return write


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Return a registry with a model in force, its record and its card."""
    folder = tmp_path_factory.mktemp("complaints")
    (folder / "sorted.csv").write_text(lines(), "utf-8")
    record, card = train_on_complaints(SortedComplaints(folder / "sorted.csv", "said"), RULEBOOK, AT)
    registry = ModelRegistry(folder / "models")
    registry.keep(record, card, "anna", NOW)
    return registry, record, card


def test_the_last_fifth_in_time_judges(kept):
    _, record, card = kept
    assert (card.measured["first"], card.measured["last"]) == ("2026-05-01", "2026-05-30")
    assert record.provenance.tables["complaints"].rows == 24
    # Six complaints by business, and those of them that were sorted by urgency.
    assert card.measured["cases"] == 6 + 5
    assert record.provenance.setting.configuration["accuracy"] == 0.95
    assert ModelCard.of(card.to_dict()).to_dict() == card.to_dict()
    assert "由员工确认" in card_page(card, "zh-Hans")


def test_the_model_comes_back_and_no_personal_data_is_in_it(kept):
    registry, record, _ = kept
    again = models_of_record(registry.load("complaint_triage", "latest"))
    assert sorted(again.models) == ["business", "urgency"]
    assert again.readings("lost my card")["business"].best == "credit_card"
    assert "13800138000" not in str(record.state)


def test_only_a_model_that_was_let_through_is_in_force(kept):
    registry, record, _ = kept
    assert complaint_models_in_force(registry) is None
    assert complaint_models_in_force(ModelRegistry(registry.path / "nowhere")) is None
    step = ModelStep(0, NOW, "promoted", record.version, ("anna", "bert"), "")
    registry.step("complaint_triage", lambda history: Stepped(next_step(history, step)))
    version, models = complaint_models_in_force(registry)
    assert version == record.version
    assert models.models["urgency"].classes_ == ["normal", "urgent"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (lines(head="received,business,urgency,words\n"), "no column 'said'"),
        (lines().replace("loan,normal", "lone,normal"), "'lone' in row"),
        (lines().replace(",urgent,", ",soon,"), "'soon' in row"),
        (lines().replace("2026-05-30", "30.5.2026"), "'30.5.2026' in row 1"),
        (lines(head="received,product,pressing,said\n"), "one of business, issue"),
        (lines().replace("loan", "credit_card"), "1 class in column 'business'"),
        (lines(2), "class in column"),
        (HEAD + "2026-05-01,loan,normal,\n", "no answer in words"),
        (HEAD, "no rows"),
    ],
)
def test_what_nothing_can_be_learnt_from(given, text, said):
    with pytest.raises(ZhikeError, match=said):
        train_on_complaints(given(text), RULEBOOK, AT)


def test_a_complaint_that_came_after_the_day_is_refused(given):
    with pytest.raises(ZhikeError, match="labels from"):
        train_on_complaints(given(lines()), RULEBOOK, dt.date(2026, 5, 20))
