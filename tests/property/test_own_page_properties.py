"""What a customer's page says of their consents is what decisions obey, whatever was answered before."""

from hypothesis import given
from hypothesis import strategies as st

from zhike.act.own_wishes import CONTACTS, PURPOSES, consents_now, own_evidence
from zhike.core.contracts import CHANNELS
from zhike.core.language import LANGUAGES
from zhike.decide.live import Live, Preferences

PURPOSE = st.sampled_from(list(PURPOSES))
CHANNEL = st.sampled_from(["all", *CHANNELS])
ANSWERS = st.dictionaries(st.tuples(PURPOSE, CHANNEL), st.booleans(), max_size=12)
WRITTEN = st.lists(st.builds("{}/{}".format, PURPOSE, CHANNEL), max_size=6)
UNWANTED = st.lists(st.sampled_from(CHANNELS), max_size=3).map(tuple)


@st.composite
def known(draw):
    columns = {
        f"consent_{draw(PURPOSE)}_{draw(st.sampled_from(CHANNELS))}": draw(
            st.sampled_from([True, False, None])
        )
        for _ in range(draw(st.integers(0, 6)))
    }
    return {**columns, "consents_given": draw(WRITTEN), "consents_withdrawn": draw(WRITTEN)}


def told(inputs, live):
    return {one["purpose"]: one for one in consents_now(inputs, live)}


@given(known(), ANSWERS, PURPOSE)
def test_a_withdrawal_of_everything_is_a_no_on_every_channel(inputs, answers, purpose):
    found = told(inputs, Live(consents={**answers, (purpose, "all"): False}))[purpose]
    assert set(found["channels"].values()) == {False}
    assert found["answer"] is False


@given(known(), ANSWERS, PURPOSE, CHANNEL)
def test_a_no_never_turns_another_answer_into_a_yes(inputs, answers, purpose, channel):
    before = told(inputs, Live(consents=answers))
    after = told(inputs, Live(consents={**answers, (purpose, channel): False}))
    for name, one in after.items():
        for place, answer in one["channels"].items():
            assert not (answer is True and before[name]["channels"][place] is not True)


@given(known(), ANSWERS, PURPOSE)
def test_an_answer_to_one_purpose_changes_no_other(inputs, answers, purpose):
    before, after = (
        told(inputs, Live(consents=answers)),
        told(inputs, Live(consents={**answers, (purpose, "all"): True})),
    )
    assert all(after[name] == before[name] for name in PURPOSES if name != purpose)


@given(known(), ANSWERS, UNWANTED)
def test_no_channel_that_is_not_wanted_is_agreed_to(inputs, answers, unwanted):
    found = told(inputs, Live(consents=answers, preferences=Preferences(unwanted)))
    assert all(one["channels"][channel] is False for one in found.values() for channel in unwanted)


@given(known(), ANSWERS)
def test_every_purpose_is_told_once_and_the_overall_answer_is_one_of_the_channels(inputs, answers):
    found = consents_now(inputs, Live(consents=answers))
    assert [one["purpose"] for one in found] == list(PURPOSES)
    for one in found:
        assert tuple(one["channels"]) == CHANNELS
        assert one["answer"] is None or one["answer"] in one["channels"].values()
        assert one["by_channel"] is (one["purpose"] in CONTACTS)


@given(PURPOSE, st.sampled_from(LANGUAGES), st.text(max_size=20))
def test_evidence_holds_the_words_that_were_read(purpose, language, words):
    evidence = own_evidence("l-1", purpose, language, words)
    assert evidence["wording"] == PURPOSES[purpose].in_language(language)
    assert ("words" in evidence) is bool(words)
