"""Batch models on labels that come late: the four that the likelihood has to handle, and segments that earn a model of their own."""

import numpy as np
import pytest

from zhike.decide.propensities.boosted_propensity import BoostedPropensity
from zhike.decide.propensities.delayed_batch import Contacts, DelayedBatch
from zhike.decide.propensities.segment_models import SegmentModels

FOLLOWED = 60.0
CHANCES = np.array([0.05, 0.2])


def trees():
    return BoostedPropensity(rounds=120, leaves=4)


def world(n=8000, seed=1, slow=25.0):
    """Return predictors, contacts as known today, and the truth: two kinds of customers, yeses that wait up to the end."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.integers(0, 2, n), rng.integers(0, 6, n)]).astype(float)
    truth = CHANCES[x[:, 0].astype(int)]
    age = rng.uniform(0, 200, n)
    wait = np.minimum(rng.exponential(slow, n), FOLLOWED)
    yes = (rng.random(n) < truth) & (wait <= age)
    contacts = Contacts(np.where(yes, wait, np.nan), age, np.zeros(n, dtype=bool), np.ones(n))
    return x, contacts, truth


def model(**changes):
    return DelayedBatch(FOLLOWED, model=trees(), **changes)


def by_kind(p, x):
    return [float(p[x[:, 0] == kind].mean()) for kind in (0, 1)]


def recent_share(contacts):
    """Return the contacts of the last month only, where hardly a yes has come, beside some closed ones that tell F."""
    return (contacts.age < 30) | (contacts.age > 170)


def test_open_contacts_bias_nothing_where_labels_so_far_would():
    x, contacts, _ = world(12_000)
    few = recent_share(contacts)
    x, contacts = x[few], contacts.kept(few)
    young = contacts.age < 30
    fitted = model().fit(x, contacts)
    naive = trees()
    naive.window = len(x)
    naive.fit(x, contacts.yes.astype(float))
    found, short = (by_kind(one.predict_proba(x)[:, 1], x) for one in (fitted, naive))
    assert found == pytest.approx(CHANCES, rel=0.2)
    assert short[1] < 0.8 * CHANCES[1]
    assert young.mean() > 0.4
    assert (np.diff(fitted.likelihood_) > -1e-4).all()


def test_closed_contacts_alone_make_an_ordinary_batch_model():
    x, contacts, _ = world(4000)
    closed = contacts.closed(FOLLOWED)
    batch = model(open_too=False).fit(x, contacts)
    plain = trees()
    plain.window = len(x)
    plain.fit(x[closed], contacts.yes[closed].astype(float))
    assert np.array_equal(batch.predict_proba(x), plain.predict_proba(x))
    assert len(batch.likelihood_) == 1
    both = model().fit(x[closed], contacts.kept(closed))
    assert np.array_equal(both.predict_proba(x), batch.predict_proba(x))


def test_a_blocked_send_is_no_observation_and_a_weight_is_so_many_contacts():
    x, contacts, _ = world(3000)
    blocked = np.arange(len(x)) % 4 == 0
    spoilt = np.where(blocked, 1.0, contacts.waited)
    one = model().fit(x, Contacts(spoilt, contacts.age, blocked, contacts.weight))
    other = model().fit(x[~blocked], contacts.kept(~blocked))
    assert np.array_equal(one.predict_proba(x), other.predict_proba(x))
    assert one.likelihood_ == other.likelihood_
    # Trees count rows of a leaf, so without that limit a weight of two is two rows.
    loose = BoostedPropensity(rounds=20, leaves=2, least_rows=1)
    closed = contacts.closed(FOLLOWED)
    x, contacts = x[closed], contacts.kept(closed)
    twice = np.concatenate([np.arange(len(x)), np.flatnonzero(contacts.yes)])
    heavy = Contacts(contacts.waited, contacts.age, contacts.blocked, np.where(contacts.yes, 2.0, 1.0))
    weighed = DelayedBatch(FOLLOWED, model=loose).fit(x, heavy).predict_proba(x)[:, 1]
    rows = BoostedPropensity(rounds=20, leaves=2, least_rows=1)
    doubled = DelayedBatch(FOLLOWED, model=rows).fit(x[twice], contacts.kept(twice)).predict_proba(x)[:, 1]
    assert by_kind(weighed, x) == pytest.approx(by_kind(doubled, x), rel=0.05)
    assert weighed.mean() > 1.5 * contacts.yes.mean()


def test_a_late_yes_counts_however_late():
    x, contacts, _ = world(3000)
    none = np.flatnonzero(contacts.closed(FOLLOWED) & ~contacts.yes & (x[:, 0] == 0))[:200]
    waited = contacts.waited.copy()
    waited[none] = FOLLOWED + 30
    late = Contacts(waited, contacts.age, contacts.blocked, contacts.weight)
    before, after = (by_kind(model().fit(x, one).predict_proba(x)[:, 1], x) for one in (contacts, late))
    assert after[0] > before[0] + 0.05
    # What came after the end says nothing of how fast yeses come.
    assert np.array_equal(late.arrived(FOLLOWED), contacts.arrived(FOLLOWED))


def test_a_label_that_is_not_known_yet_changes_nothing():
    x, contacts, _ = world(2000)
    found = model().fit(x, contacts).predict_proba(x)
    later = Contacts(contacts.waited.copy(), contacts.age, contacts.blocked, contacts.weight)
    assert np.array_equal(model().fit(x, later).predict_proba(x), found)
    assert not np.array_equal(model().fit(x, Contacts(np.where(x[:, 1] == 0, 1.0, contacts.waited), *(getattr(contacts, n) for n in ("age", "blocked", "weight")))).predict_proba(x), found)  # fmt: skip


def test_without_a_contact_or_a_yes_there_is_a_rate():
    x, contacts, _ = world(300)
    nobody = contacts.kept(np.zeros(300, dtype=bool))
    assert model().fit(x[:0], nobody).predict_proba(x[:2])[:, 1] == pytest.approx(0.5)
    never = Contacts(np.full(300, np.nan), contacts.age, contacts.blocked, contacts.weight)
    p = model().fit(x, never).predict_proba(x)[:, 1]
    assert (p < 0.05).all()


def test_a_state_brings_the_model_back_without_a_row():
    x, contacts, _ = world(2000)
    fitted = model().fit(x, contacts)
    state = fitted.state()
    assert np.array_equal(DelayedBatch.from_state(state).predict_proba(x), fitted.predict_proba(x))
    assert state["model"]["x"].size == 0


def segments(opposite, seed, n=6000):
    """Return a world of two segments, in the second of which the predictor may mean the opposite."""
    rng = np.random.default_rng(seed)
    x, contacts, _ = world(n, seed)
    name = np.where(rng.random(n) < 0.5, "near", "far")
    told = x.copy()
    if opposite:
        told[name == "far", 0] = 1 - told[name == "far", 0]
    return told, contacts, name


def test_a_segment_that_answers_otherwise_gets_a_model_of_its_own():
    x, contacts, name = segments(opposite=True, seed=2)
    fitted = SegmentModels(model()).fit(x, contacts, name)
    assert set(fitted.own_) == {"near", "far"}
    assert all(trial.gain > 1.64 * trial.error for trial in fitted.trials_.values())
    p = fitted.predict_proba(x, name)[:, 1]
    assert by_kind(p[name == "far"], x[name == "far"]) == pytest.approx(CHANCES[::-1], rel=0.35)
    assert by_kind(p[name == "near"], x[name == "near"]) == pytest.approx(CHANCES, rel=0.35)
    again = SegmentModels.from_state(fitted.state())
    assert np.array_equal(again.predict_proba(x, name)[:, 1], p)
    assert again.trials_ == fitted.trials_


def test_segments_that_are_alike_share_the_joint_model():
    own = []
    for seed in range(6):
        x, contacts, name = segments(opposite=False, seed=seed)
        fitted = SegmentModels(DelayedBatch(FOLLOWED, model=BoostedPropensity(rounds=15, leaves=4))).fit(x, contacts, name)  # fmt: skip
        own += [trial.helps for trial in fitted.trials_.values()]
    assert sum(own) <= 2
    assert np.array_equal(
        fitted.predict_proba(x, np.full(len(x), "new"))[:, 1], fitted.joint_.predict_proba(x)[:, 1]
    )


def test_small_segments_are_not_tried():
    x, contacts, name = segments(opposite=True, seed=3, n=900)
    fitted = SegmentModels(model()).fit(x, contacts, name)
    assert fitted.own_ == {}
    assert all(np.isnan(trial.gain) for trial in fitted.trials_.values())
