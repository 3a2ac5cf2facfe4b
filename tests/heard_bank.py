"""Customers who have answered surveys, in the store of a served bank: sheets as the customer's page would have kept them, many at once."""

import datetime as dt
import json

import numpy as np

from zhike.act.acting import ACTIVE, DAY
from zhike.adapters.rule_files import load_rulebook
from zhike.measure.surveys import Sheet, read_questionnaire, score

TODAY = dt.date(2026, 7, 1)
BOOK = load_rulebook()
BRANCHES, TIERS = ("north", "south", "west"), ("private", "affluent", "mass")
LATENTS = {"image": 5, "expectation": 3, "quality": 7, "value": 2, "satisfaction": 3, "loyalty": 3}
NAMES = {
    "image": "imag",
    "expectation": "cuex",
    "quality": "perq",
    "value": "perv",
    "satisfaction": "cusa",
    "loyalty": "cusl",
}
PATHS = {"expectation": {"image": 0.5}, "quality": {"image": 0.3, "expectation": 0.5}, "value": {"quality": 0.6},
         "satisfaction": {"image": 0.2, "quality": 0.6, "value": 0.2}, "loyalty": {"satisfaction": 0.6}}  # fmt: skip
"""Of the world in which `ecsi` answers are drawn: what works on what, on a scale of standard deviations."""


def instrument(name):
    """Return the questionnaire of an instrument as it is in force."""
    return read_questionnaire(BOOK.at(f"instruments.{name}", TODAY))


def people(store, count, seed=1):
    """Add customers of three branches and tiers, more of them in some than in others; return their rows."""
    rng = np.random.default_rng(seed)
    rows = [
        {"customer_id": f"H{place:05}", "branch": BRANCHES[int(branch)], "adviser": "rm" if branch == 0 else None, "tier": TIERS[int(tier)],
         "state": ACTIVE, "version": 0}
        for place, (branch, tier) in enumerate(zip(rng.choice(3, count, p=(0.5, 0.3, 0.2)), rng.choice(3, count, p=(0.1, 0.3, 0.6)), strict=True))
    ]  # fmt: skip
    with store.write() as tx:
        tx.insert("customers", rows)
    return rows


def hear(acting, name, sheets, *, days=40, silent=(), mode="web"):
    """Keep sheets of an instrument: ``{customer: answers}``, or ``(customer, answers, days ago, days waited)`` each; who was asked and is silent too."""
    questionnaire = instrument(name)
    listed = [(who, given, days, 1) for who, given in sheets.items()] if isinstance(sheets, dict) else sheets
    now, asked, answered = acting.clock.now(), [], []
    for place, (who, answers, ago, waited, *more) in enumerate(listed):
        how, given = (more or [mode])[0], _in_order(questionnaire, answers)
        sheet = Sheet(questionnaire.version, place, "en", how, False, {}, given)
        key, sent = f"{name}-{days}-{place}-{who}", now - ago * DAY
        asked.append(_invitation(key, who, questionnaire.version, how, sent, "answered", sent + waited * DAY))
        answered.append({
            "answer_id": f"u-{key}", "customer_id": who, "survey": questionnaire.version, "invitation_id": key, "mode": how, "state": "complete",
            "answer": json.loads(json.dumps(sheet.to_json())), "scores": {one: found.value for one, found in score(questionnaire, sheet).items()},
            "changed_at": sent + waited * DAY, "recorded_at": sent + waited * DAY, "actor": "customer",
        })  # fmt: skip
    for place, who in enumerate(silent):
        sent = now - days * DAY
        asked.append(
            _invitation(f"{name}-{days}-s{place}-{who}", who, questionnaire.version, mode, sent, "sent", sent)
        )
    with acting.store.write() as tx:
        for start in range(0, len(asked), 500):
            tx.insert("survey_invitations", asked[start : start + 500])
        for start in range(0, len(answered), 500):
            tx.insert("survey_answers", answered[start : start + 500])


def _in_order(questionnaire, answers):
    """Return answers in the order in which they are asked, as a sheet keeps them."""
    order = list(questionnaire.by_name)
    return dict(sorted(answers.items(), key=lambda one: order.index(one[0].partition("@")[0])))


def _invitation(key, who, version, mode, sent, state, changed):
    return {
        "invitation_id": key, "customer_id": who, "survey": version, "mode": mode, "seed": 0, "state": state, "reminders": 0,
        "lapses_at": sent + 14 * DAY, "changed_at": changed, "given": {}, "recorded_at": sent, "actor": "tests",
    }  # fmt: skip


def ecsi(count, seed=2, shift=0.0):
    """Return answers to ``ecsi_bank`` drawn from a world whose paths are `PATHS`; item by item on a scale from 1 to 10."""
    rng = np.random.default_rng(seed)
    found = {}
    for name in LATENTS:
        behind = sum((weight * found[one] for one, weight in PATHS.get(name, {}).items()), np.zeros(count))
        left = max(0.2, 1 - float(np.var(behind)))
        found[name] = behind + rng.normal(0, np.sqrt(left), count)
    items = {
        f"{NAMES[name]}{place + 1}": np.clip(np.round(7 + shift + 1.4 * found[name] + rng.normal(0, 0.8, count)), 1, 10).astype(int)
        for name, size in LATENTS.items() for place in range(size)
    }  # fmt: skip
    complained = rng.random(count) < 0.1
    handled = np.clip(np.round(6.5 + found["satisfaction"] + rng.normal(0, 1, count)), 1, 10).astype(int)
    return [
        {**{item: int(values[row]) for item, values in items.items()}, "complained": "yes" if complained[row] else "no",
         "cusco" if complained[row] else "cusco_if": int(handled[row])}
        for row in range(count)
    ]  # fmt: skip


def nps(count, seed=3, shift=0.0):
    """Return answers to ``nps``; who is disappointed says so, with a number by which they could be found."""
    rng = np.random.default_rng(seed)
    found = []
    for place in range(count):
        point = int(np.clip(np.round(rng.normal(7.6 + shift, 2.2)), 0, 10))
        words = f"Waited {place} minutes, call 138 0013 {8000 + place}" if point <= 6 else "All fine"
        told = (
            {"disappointed": words, "call_back": "no"}
            if point <= 6
            else {"missing" if point <= 8 else "pleased": words}
        )
        found.append({"recommend": point, **told})
    return found


def servqual(count, seed=4):
    """Return answers to ``servqual_bank``: reliability is expected most and missed most."""
    rng = np.random.default_rng(seed)
    pairs = [one.name for one in instrument("servqual_bank").by_name.values() if one.kind == "pair"]
    weight = {"tangibles": 10, "reliability": 35, "responsiveness": 20, "assurance": 20, "empathy": 15}
    return [
        {**{name: _pair(rng, 1.2 if name.startswith("reliability") else 0.4) for name in pairs}, "weight": weight} for _ in range(count)
    ]  # fmt: skip


def _pair(rng, gap):
    expected = int(np.clip(round(rng.normal(6, 0.7)), 1, 7))
    return {"expected": expected, "perceived": int(np.clip(round(rng.normal(expected - gap, 0.8)), 1, 7))}


def kano(count, seed=5):
    """Return answers to ``kano_service``: a call back must be, an own adviser attracts, the others do not matter."""
    rng = np.random.default_rng(seed)
    traits = [one.name for one in instrument("kano_service").by_name.values() if one.kind == "kano"]
    known = {"calls_back": (2, 5), "own_adviser": (1, 3)}
    return [
        {
            **{name: dict(zip(("functional", "dysfunctional"), known.get(name, (3, 3)) if rng.random() < 0.8 else (3, 3), strict=True)) for name in traits},
            "importance": {name: int(rng.integers(1, 6)) for name in traits},
        }
        for _ in range(count)
    ]  # fmt: skip


def complaints(count, seed=6):
    """Return answers to ``complaint_handling``: what is thought of the whole follows how fair the outcome was."""
    rng = np.random.default_rng(seed)
    rated = ("fair_outcome", "redress", "access", "speed", "informed", "explained", "respect", "effort")
    found = []
    for _ in range(count):
        points = {name: int(rng.integers(1, 6)) for name in rated}
        overall = int(
            np.clip(round(0.7 * points["fair_outcome"] + 0.3 * points["speed"] + rng.normal(0, 0.4)), 1, 5)
        )
        found.append({"solved": "yes", **points, "overall": overall, "reopen": "no"})
    return found


def journeys(count, seed=8):
    """Return answers to ``journey_pulse`` about opening an account: the whole follows proving who one is by video, which many find poor."""
    rng = np.random.default_rng(seed)
    met = {
        "product_page": (0.9, 4.2),
        "app_application": (0.9, 4.1),
        "video_identification": (0.95, 2.6),
        "card_delivery": (0.8, 4.3),
    }
    found = []
    for _ in range(count):
        rated = {
            name: int(np.clip(round(rng.normal(mean, 0.9)), 1, 5))
            for name, (share, mean) in met.items()
            if rng.random() < share
        }
        felt = 1.2 + 0.75 * rated.get("video_identification", 3) + rng.normal(0, 0.5)
        points = {f"account_rated@{name}": point for name, point in rated.items()}
        found.append(
            {"account_met": list(rated) or ["none"], **points, "overall": int(np.clip(round(felt), 1, 5))}
        )
    return found


def hear_everything(acting):
    """Keep sheets of many instruments, enough for every part of results, over two months, two modes and three branches; return who was asked."""
    who = [row["customer_id"] for row in people(acting.store, 260)]
    hear(
        acting,
        "ecsi_bank",
        [
            (one, given, 40, 1 + place % 9)
            for place, (one, given) in enumerate(zip(who, ecsi(130), strict=False))
        ],
        silent=who[130:],
    )
    later = [
        (one, given, 20, 2, "phone" if place % 3 == 0 else "web")
        for place, (one, given) in enumerate(zip(who, nps(60, 7, 0.6), strict=False))
    ]
    hear(
        acting,
        "nps",
        [
            (one, given, 50, 1 + place % 8)
            for place, (one, given) in enumerate(zip(who[20:], nps(60), strict=False))
        ],
    )
    hear(acting, "nps", later, days=20)
    for name, made in (
        ("servqual_bank", servqual(24)),
        ("kano_service", kano(24)),
        ("complaint_handling", complaints(60)),
        ("journey_pulse", journeys(90)),
    ):
        hear(acting, name, dict(zip(who, made, strict=False)))
    return who


def loaded(folder, name, sheets):
    """Load answers of an instrument that another tool gathered into a bank folder; return its place."""
    from zhike.adapters.bank_place import BankPlace
    from zhike.adapters.sources import load_source

    source, version = folder / "source", instrument(name).version
    source.mkdir(parents=True)
    sent = [f"S{place},{who},{version},2026-05-01," for place, who in enumerate(sheets)]
    said = [
        f"S{place},{who},{question},2026-05-03,{answer if isinstance(answer, int) else ''},{'' if isinstance(answer, int) else answer}"
        for place, (who, answers) in enumerate(sheets.items())
        for question, answer in answers.items()
    ]
    (source / "surveys.csv").write_text(
        "\n".join(["survey_id,customer_id,instrument,sent_on,channel", *sent]), "utf-8"
    )
    (source / "answers.csv").write_text(
        "\n".join(["survey_id,customer_id,question,answered_on,score,words", *said]), "utf-8"
    )
    load_source(folder / "bank", "csv", source, BOOK)
    return BankPlace(folder / "bank")
