"""What is read of a complaint: by listed words, by models, by both, and what nobody knows."""

import datetime as dt

import pytest
from stored_models import COMPLAINT_LABELS, TEXTS

from zhike.adapters.rule_files import load_rulebook
from zhike.core.errors import RuleError
from zhike.core.rulebook import Rulebook
from zhike.know.text.complaint_triage import FIELDS, ComplaintModels, ComplaintTriage
from zhike.know.text.triage_signals import SIGNALS, TriageSignals

DAY = dt.date(2026, 6, 30)
RULEBOOK = load_rulebook()


@pytest.fixture(scope="module")
def words():
    return ComplaintTriage(TriageSignals.of(RULEBOOK, DAY))


@pytest.fixture(scope="module")
def learnt(words):
    """Return a triage whose models take cards for urgent; they answer whatever they are asked."""
    models = ComplaintModels.learnt(TEXTS, COMPLAINT_LABELS, accuracy=0.9, seed=0)
    for model in models.models.values():
        model.threshold_ = 0.0
    return ComplaintTriage(words.signals, models)


@pytest.mark.parametrize(
    ("text", "urgency", "vulnerability"),
    [
        ("My card was stolen while I was in hospital", "immediate", "health"),
        ("有人盜刷我的卡", "immediate", None),  # traditional script
        ("我老母亲不识字，利息算错了", None, "capability"),
        ("My father passed away and his account was frozen", "urgent", "life_event"),
        ("我没钱吃饭了，账户被冻结", "urgent", "resilience"),
        ("The fee is too high", None, None),
        ("Sue told me the hospitality was fine", None, None),  # a name, and a word that only begins so
        ("", None, None),
        ("?!", None, None),
    ],
)
def test_listed_words_say_what_is_pressing(words, text, urgency, vulnerability):
    found = words.read(text).fields
    assert tuple(found) == FIELDS
    assert (found["urgency"].label, found["vulnerability"].label) == (urgency, vulnerability)
    assert found["urgency"].source == ("words" if urgency else "none")
    assert found["urgency"].confidence is None
    assert all(found[name].dont_know for name in ("business", "issue", "sentiment"))


def test_the_most_pressing_signal_counts_and_all_are_told(words):
    found = words.read("住院急需手术费，卡被盗刷，骗子还威胁我")
    assert [one.id for one in found.signals] == [
        "money_leaving",
        "threatened",
        "cannot_live",
        "short_of_time",
        "ill",
    ]
    assert found.fields["urgency"].reasons == ("被盗", "骗子", "威胁")
    assert found.fields["vulnerability"].label == "health"
    told = found.to_dict()
    assert told["fields"]["urgency"]["dont_know"] is False
    assert told["signals"][0] == {"id": "money_leaving", "urgency": "immediate", "vulnerability": None, "words": ["被盗", "骗子"]}  # fmt: skip


def test_no_personal_data_is_told(words):
    assert "Cancer" not in str(words.read("I am Li Cancer, cancer is bad", names=["Li Cancer"]).to_dict())


def test_a_model_raises_what_words_say_and_never_lowers_it(learnt):
    found = learnt.read("my card was lost").fields
    assert (found["business"].label, found["business"].source) == ("credit_card", "model")
    assert (found["urgency"].label, found["urgency"].source) == ("urgent", "model")
    assert found["issue"].source == "none"
    assert learnt.read("my card was lost, stolen").fields["urgency"].label == "immediate"
    calm = learnt.read("app is slow, I need it by tomorrow").fields["urgency"]
    assert (calm.label, calm.source, calm.confidence) == ("urgent", "words", None)
    assert learnt.read("app is slow").fields["urgency"].label == "normal"


def test_a_model_that_is_not_sure_leaves_the_field_to_a_person(learnt):
    model = learnt.models.models["business"]
    held, model.threshold_ = model.threshold_, 1.01
    read = learnt.read("my card was lost").fields["business"]
    model.threshold_ = held
    assert (read.label, read.best, read.dont_know) == (None, "credit_card", True)
    assert 0 < read.confidence <= 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"urgency": "soon"}, "soon"),
        ({"vulnerability": "poor"}, "poor"),
        ({"terms": [12378]}, "12378"),
        ({"terms": []}, "None"),
    ],
)
def test_lists_that_cannot_be_read_are_refused(change, said):
    version = RULEBOOK.at(SIGNALS, DAY)
    signals = {**version.value["signals"], "ill": {**version.value["signals"]["ill"], **change}}

    class Changed(Rulebook):
        def at(self, path, day):
            found = super().at(path, day)
            return type(found)(**{**{name: getattr(found, name) for name in found.__slots__}, "value": {**found.value, "signals": signals}})  # fmt: skip

    with pytest.raises(RuleError, match=said):
        TriageSignals.of(Changed(RULEBOOK.entries), DAY)
