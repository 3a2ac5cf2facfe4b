"""What corrections say is what their log says: for any order, any retraction of a retraction, and any instant."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from zhike.know.corrections import Correction, corrected, standing

DAYS = [f"2026-0{month}-01" for month in range(1, 6)]
entries = st.lists(
    st.one_of(
        st.tuples(
            st.just("say"), st.sampled_from(["age", "region"]), st.sampled_from(DAYS), st.integers(0, 3)
        ),
        st.tuples(st.just("retract"), st.integers(0, 20)),
    ),
    max_size=14,
)


def logged(drawn):
    """Return a log; whatever is retracted stands at that time."""
    log = []
    for number, (what, *how) in enumerate(drawn):
        stands = standing(log, number)
        if what == "say":
            log.append(Correction(f"f-{number}", how[0], how[1], number, how[2]))
        elif stands:
            taken = stands[how[0] % len(stands)]
            log.append(
                Correction(
                    f"f-{number}", taken.attribute, taken.valid_from, number, None, taken.correction_id
                )
            )
    return log


def told_again(log, day, at):
    """Return what was known by the definition: an entry stands unless one that stands retracts it."""
    known = [one for one in log if one.recorded_at <= at]

    def stands(one):
        return not any(stands(other) for other in known if other.retracts == one.correction_id)

    found = {}
    for attribute in ("age", "region"):
        fits = [
            one
            for one in known
            if stands(one) and one.retracts is None and one.attribute == attribute and one.valid_from <= day
        ]
        if fits:
            found[attribute] = max(fits, key=lambda one: (one.valid_from, one.recorded_at)).value
    return found


@given(entries)
def test_what_was_known_at_an_instant_is_what_the_log_said_until_then(drawn):
    log = logged(drawn)
    for day, at in itertools.product(DAYS, range(-1, len(drawn) + 1)):
        found = corrected(log, day, at)
        assert found == told_again(log, day, at)
        assert found == corrected(
            [one for one in log if one.recorded_at <= at], day, 10**6
        )  # later entries change nothing
        assert found == corrected(reversed(log), day, at)


@given(entries, st.sampled_from(["age", "region"]), st.sampled_from(DAYS), st.integers(0, 9))
def test_a_correction_and_its_retraction_are_nothing(drawn, attribute, since, value):
    log = logged(drawn)
    end = len(drawn)
    more = [
        Correction("f-x", attribute, since, end, value),
        Correction("f-y", attribute, since, end + 1, None, "f-x"),
    ]
    for day in DAYS:
        assert corrected([*log, *more], day, end + 1) == corrected(log, day, end + 1)
        kept = corrected([*log, *more], day, end)
        assert kept.get(attribute) == (
            value
            if day >= since and _latest(log, attribute, day) <= since
            else corrected(log, day, end).get(attribute)
        )


def _latest(log, attribute, day):
    """Return the latest day of validity of an attribute that stands on a day; before everything where there is none."""
    fits = [
        one.valid_from
        for one in standing(log, 10**6)
        if one.retracts is None and one.attribute == attribute and one.valid_from <= day
    ]
    return max(fits, default="")
