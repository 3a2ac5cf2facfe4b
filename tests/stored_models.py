"""A small fitted model of every kind that is kept, and what it says of inputs that are worked out without chance.

The inputs belong to the frozen models of tests/compat: nothing here may change what a model is asked.
"""

import datetime as dt
from types import SimpleNamespace

import numpy as np
import polars as pl

from zhike.decide.contact_effects import learn_contact_effects
from zhike.decide.contact_trial import ContactTrial
from zhike.decide.counted_chances import CountedChances
from zhike.decide.offer_chances import OfferChances
from zhike.decide.online_chances import OnlineChances
from zhike.decide.profiles import CELL_COLUMNS, Profiles
from zhike.decide.propensities.adaptive_bayes import AdaptiveBayes
from zhike.decide.propensities.boosted_propensity import BoostedPropensity
from zhike.decide.propensities.delayed_batch import Contacts, DelayedBatch
from zhike.decide.propensities.hashed_logistic import HashedLogistic
from zhike.decide.propensities.level_codes import LevelCodes
from zhike.decide.propensities.propensity_mix import PropensityMix
from zhike.decide.propensities.segment_models import SegmentModels
from zhike.decide.propensity import Calibration
from zhike.decide.ranking import LearnedRanker, ListwiseLogit, RankingExamples
from zhike.decide.ranking.bank_ranking import BankRanking
from zhike.decide.ranking.purchase_book import NEVER
from zhike.decide.ranking.ranked_propensity import RankedPropensity
from zhike.decide.response_model import Offered, ResponseModel, Term
from zhike.decide.uplift import Trial
from zhike.know.text import TextTriage
from zhike.know.text.complaint_triage import ComplaintModels
from zhike.know.text.spans import NamedSpan, SpanTagger
from zhike.learn.early_warning import EarlyWarning, features_of

ROWS = 240
TOLD = 24
"""Figures that are kept of what a model says."""
PRODUCTS = pl.DataFrame({"product_id": ["D1", "K1"], "family": ["deposit", "card"]})
EDGES = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
TERMS = (
    Term("", "product", 1.0),
    Term("age", "", 1.0),
    Term("age", "family", 0.5),
    Term("own", "family", 1.0),
)


def _spread(step, size=ROWS):
    """Return numbers between 0 and 1 that fill the range evenly, in no order."""
    return (np.arange(size) * step) % 1.0


CODES = np.stack([(_spread(s) * 4).astype(np.int64) + 1 for s in (0.618, 0.414, 0.732)], axis=1)
SEGMENT = np.where(CODES[:, 2] > 2, "old", "young")
OUTCOME = (_spread(0.577) < 0.15 + 0.15 * CODES[:, 0]).astype(np.float64)
TABLE = pl.DataFrame({"job": [f"j{code}" for code in CODES[:, 0]], "age": CODES[:, 1] * 10.5})
CASES = pl.DataFrame({
    "customer_id": [f"C{row:03}" for row in range(ROWS)], "day": [f"2025-0{1 + row % 3}-28" for row in range(ROWS)],
    "outcome": OUTCOME > 0, "x": _spread(0.236), "kind": TABLE["job"],
}).with_columns(pl.col("day").str.to_date())  # fmt: skip


SIX = [f"P{what}" for what in range(6)]
PURCHASES = pl.DataFrame(
    [
        (f"C{who:03}", f"P{what}", dt.date(2022, 1, 1) + dt.timedelta(int(1000 * ((who * 0.618 + what * 0.414) % 1))))
        for who in range(80)
        for what in range(6)
        if (who * 0.732 + what * 0.236) % 1 < 0.45
    ],
    schema=["customer_id", "product_id", "taken_on"],
    orient="row",
).with_columns(running=True)  # fmt: skip
TEXTS = ["my card was lost", "lost card again", "fee too high", "why this fee", "app is slow", "slow app"] * 3
TEXT_LABELS = ["card", "card", "fee", "fee", "app", "app"] * 3
COMPLAINT_LABELS = {
    "business": ["credit_card" if one == "card" else "savings" for one in TEXT_LABELS],
    "urgency": ["urgent" if one == "card" else None if one == "fee" else "normal" for one in TEXT_LABELS],
}
EVERY = np.ones((90, 6), dtype=bool)


def models():
    """Return a fitted model of every kind, by its kind's name."""
    members = np.stack([0.1 + 0.8 * _spread(s) for s in (0.3, 0.7)], axis=1)
    logit = ListwiseLogit().fit(*_lists())
    return {
        "adaptive_bayes": _by_halves(AdaptiveBayes((6, 6, 6)), CODES),
        "additive_response": _response(),
        "bank_ranking": _ranking(),
        "boosted_propensity": BoostedPropensity(rounds=3, leaves=3).fit(CODES.astype(np.float64), OUTCOME),
        "calibration": Calibration(8).fit(_spread(0.618), OUTCOME > 0),
        "complaint_triage": ComplaintModels.learnt(TEXTS, COMPLAINT_LABELS, accuracy=0.8, seed=0),
        "contact_effects": _contacts(),
        "counted_chances": CountedChances(
            {("t", "app"): _by_halves(AdaptiveBayes((6, 6, 6)), CODES)},
            {"template": ["t"]},
            EDGES,
            {("t", "app"): ROWS},
        ),
        "delayed_batch": _delayed(),
        "early_warning": EarlyWarning(levels=3, spreads=(0.3, 1.0)).fit(CASES),
        "hashed_logistic": HashedLogistic(rate=0.05, bits=6).fit(CODES.astype(np.uint64), OUTCOME),
        "learned_ranker": LearnedRanker(trees=3).fit(RankingExamples(*_lists())),
        "level_codes": LevelCodes(bins=3).fit(TABLE),
        "listwise_logit": logit,
        "online_chances": OnlineChances(
            HashedLogistic(rate=0.05, bits=6).fit(CODES.astype(np.uint64), OUTCOME),
            EDGES,
            30,
            100,
            dt.date(2026, 6, 30),
            {("t", "app"): ROWS},
        ),
        "offer_chances": OfferChances(_segments(), {"template": ["t"]}, EDGES, "age", {("t", "app"): ROWS}),
        "propensity_mix": PropensityMix(2, 3).fit(members, OUTCOME),
        "ranked_propensity": _ranked(),
        "segment_models": _segments(),
        "span_tagger": SpanTagger(rounds=2).fit(TEXTS, [[NamedSpan(0, 3, "WORD")] for _ in TEXTS]),
        "text_triage": TextTriage(accuracy=0.8).fit(TEXTS, TEXT_LABELS),
    }


def answers(name, model):
    """Return some of what a model of a kind says, as one array of floats."""
    said = {
        "adaptive_bayes": lambda: model.predict_proba(CODES),
        "additive_response": lambda: model.chances(*_asked(model)),
        "bank_ranking": lambda: np.nan_to_num(model.scores(*_taken(len(model.calendar_))), neginf=-9.0),
        "boosted_propensity": lambda: model.predict_proba(CODES.astype(np.float64)),
        "calibration": lambda: model.propensity(_spread(0.414)),
        "complaint_triage": lambda: [one.confidence for text in TEXTS for one in model.readings(text).values()],
        "contact_effects": lambda: [one["effect"] for one in (*model.groups, *model.do_not_contact)],
        "counted_chances": lambda: model.models["t", "app"].predict_proba(CODES),
        "delayed_batch": lambda: model.predict_proba(CODES.astype(np.float64)),
        "early_warning": lambda: np.stack(model.probability(features_of(CASES))),
        "hashed_logistic": lambda: model.predict_proba(CODES.astype(np.uint64)),
        "learned_ranker": lambda: np.stack(model.scores(SimpleNamespace(features=_lists()[0]))),
        "level_codes": lambda: model.transform(TABLE),
        "listwise_logit": lambda: model.scores(_lists()[0]),
        "online_chances": lambda: model.model.predict_proba(CODES.astype(np.uint64)),
        "offer_chances": lambda: model.models.predict_proba(CODES.astype(np.float64), SEGMENT),
        "propensity_mix": lambda: model.predict_proba(np.stack([0.1 + 0.8 * _spread(s) for s in (0.37, 0.83)], axis=1)),
        "ranked_propensity": lambda: model.propensity(np.nan_to_num(model.scores(model.book(PURCHASES), [f"C{who:03}" for who in range(90)], EVERY))),
        "segment_models": lambda: model.predict_proba(CODES.astype(np.float64), SEGMENT),
        "span_tagger": lambda: [edge for text in TEXTS for span in model.spans(text) for edge in span[:2]],
        "text_triage": lambda: model.chances(["my lost card", "app fee", "slow"]),
    }[name]()  # fmt: skip
    flat = np.asarray(said, dtype=np.float64).ravel()
    return flat[:: max(1, len(flat) // TOLD)][:TOLD]


def _contacts():
    """Contacts that help one half of the customers and harm the other, those who are old."""
    old, treated = CODES[:, 0] > 2, np.arange(ROWS) % 2 > 0
    outcome = np.where(treated, ~old, _spread(0.37) > 0.5).astype(np.float64)
    x = np.column_stack([old, OUTCOME]).astype(np.float64)
    trial = Trial(x, treated, outcome, np.full(ROWS, 0.5), np.arange(ROWS) // 2 % 5)
    levels = dict.fromkeys(("money", "tenure", "digital", "kind"), pl.lit("unknown"))
    age = pl.Series(np.where(old, "65 years and more", "25-35 years"))
    choices = pl.DataFrame({"customer_id": [f"C{row}" for row in range(ROWS)], "age": age}).with_columns(
        **levels
    )
    return learn_contact_effects(ContactTrial(trial, np.full(ROWS, 2.0), choices, EDGES), 10).effects


def _delayed():
    contacts = Contacts(
        np.where(OUTCOME > 0, 1.0 + 20 * _spread(0.236), np.nan), 30 + 60 * _spread(0.732), np.zeros(ROWS, dtype=bool), np.ones(ROWS)
    )  # fmt: skip
    return DelayedBatch(30.0, model=BoostedPropensity(rounds=3, leaves=3), rounds=2).fit(
        CODES.astype(np.float64), contacts
    )


def _segments():
    """Return models by segment as they come out where a segment has one of its own."""
    found = SegmentModels(_delayed())
    found.joint_, found.own_, found.trials_ = _delayed(), {"old": _delayed()}, {}
    return found


def _ranking():
    """Return a ranking learnt from three years in which 80 customers took some of six products."""
    groups = np.array([[0, 0, 1, 1, 2, 2]], dtype=np.int64)
    return BankRanking(90, 7).fit(PURCHASES, SIX, groups, dt.date(2024, 12, 31))


def _ranked():
    return RankedPropensity(
        _ranking(), Calibration(8).fit(-3.0 * _spread(0.618), _spread(0.618) < 0.4), tuple(SIX)
    )


def _taken(steps):
    """Return what 40 customers took when, and what they may still have."""
    held = (_spread(0.618) < 0.4).reshape(40, 6)
    step = np.where(held, (_spread(0.414).reshape(40, 6) * steps).astype(np.int16), NEVER)
    return step.astype(np.int16), ~held


def _by_halves(model, x):
    for rows in np.array_split(np.arange(ROWS), 4):
        model.partial_fit(x[rows], OUTCOME[rows])
    return model


def _lists():
    """Return 48 lists of five pairs, one of each taken."""
    score = _spread(0.618)
    place = np.concatenate([np.argsort(np.argsort(-part)) for part in score.reshape(-1, 5)]).astype(
        np.float64
    )
    features = {
        "score_knn": score, "score_ease": _spread(0.414), "log_holders": np.log1p(100 * _spread(0.732)),
        "place_knn": place, "place_ease": place[::-1].copy(),
    }  # fmt: skip
    group = np.repeat(np.arange(ROWS // 5), 5)
    return (
        features,
        np.tile(np.arange(5), ROWS // 5) == (_spread(0.577) * 1.6).astype(np.int64)[::5].repeat(5),
        group,
    )


def _customers():
    table = pl.DataFrame(
        {"age": (20 + 50 * _spread(0.618)).astype(np.int64), "products_held": [["D1"] * (row % 3 == 0) for row in range(ROWS)]},
        schema={"age": pl.Int64, "products_held": pl.List(pl.String)},
    )  # fmt: skip
    empty = [name for name in CELL_COLUMNS if name not in table.columns]
    numbers = ("balance", "assets_held", "tenure_months")
    nothing = [pl.lit(None, dtype=pl.Int64 if name in numbers else pl.String).alias(name) for name in empty]
    return Profiles.of(table.with_columns(nothing), EDGES, PRODUCTS)


def _response():
    names = ["K1" if row % 2 else "D1" for row in range(ROWS)]
    offered = Offered.of(
        {"product": names, "family": ["card" if one == "K1" else "deposit" for one in names]}
    )
    rows = np.arange(ROWS, dtype=np.int64)
    return ResponseModel.fit(TERMS, _customers(), rows, offered, (np.ones(ROWS), OUTCOME))


def _asked(model):
    return _customers(), Offered.of({"product": ["D1", "K1"], "family": ["deposit", "card"]}).coded_by(
        model.names
    )
