"""What is kept of a moment says all of it: nothing else is at hand when the decision is proven."""

import json

from hypothesis import given
from hypothesis import strategies as st

from zhike.decide.live import Live, Preferences
from zhike.decide.serving import Moment

WORDS = st.text("abcdefgh_", min_size=1, max_size=8)
MOMENTS = st.builds(
    Moment,
    seed=WORDS,
    changed=st.dictionaries(WORDS, st.none() | st.booleans() | st.integers(0, 3) | WORDS | st.lists(WORDS, max_size=2), max_size=3),
    channels=st.lists(WORDS, max_size=3).map(tuple),
    unwanted=st.lists(st.integers(0, 200), max_size=3).map(tuple),
    outbound=st.booleans(),
    most=st.none() | st.integers(0, 3),
    prices=st.none() | st.lists(st.floats(0, 100), max_size=3).map(tuple),
    left=st.none() | st.lists(st.integers(0, 9), max_size=3).map(tuple),
)  # fmt: skip


@given(MOMENTS)
def test_a_moment_comes_back_as_it_was(moment):
    kept = json.loads(json.dumps(moment.to_content()))
    assert Moment.of(moment.seed, kept) == moment


def test_what_is_as_usual_takes_no_room():
    assert Moment("any").to_content() == {}


CONSENTS = st.dictionaries(st.tuples(WORDS, WORDS), st.booleans(), max_size=3)
LIVES = st.builds(
    Live,
    contacts=st.lists(st.tuples(st.integers(0, 10**15), WORDS), max_size=3).map(tuple),
    consents=CONSENTS,
    refused=st.dictionaries(WORDS, st.integers(0, 10**15), max_size=3),
    taken=st.lists(WORDS, max_size=3).map(tuple),
    complaints=st.integers(0, 3),
    corrections=st.dictionaries(WORDS, st.none() | st.booleans() | st.integers(0, 3) | WORDS, max_size=3),
    preferences=st.builds(
        Preferences,
        channels=st.lists(WORDS, max_size=2).map(tuple),
        topics=st.lists(WORDS, max_size=2).map(tuple),
        most=st.none() | st.integers(0, 3),
        hours=st.none() | st.tuples(WORDS, WORDS),
    ),
    ends=st.dictionaries(st.tuples(WORDS, WORDS), WORDS, max_size=3),
    given=st.lists(st.tuples(st.integers(0, 10**15), WORDS), max_size=3).map(tuple),
)


@given(LIVES)
def test_what_is_live_comes_back_as_it_was(live):
    assert Live.of(json.loads(json.dumps(live.to_content()))) == live
