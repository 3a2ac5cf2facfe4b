"""Small banks, a catalogue and policies for tests of deciding: six products, a handful of customers, real rules.

The rules are those of the repository's rulebook; only catalogue and policy are the test's own, so that values are round.
"""

import datetime as dt
import shutil
from pathlib import Path

import small_bank
import yaml

from zhike.adapters.bank_load import Load, write_bank
from zhike.adapters.rule_files import load_rulebook, rulebook_folder
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.decide.policy import Policy
from zhike.decide.preparation import prepare
from zhike.decide.strategy import decide_blocks

AT = dt.date(2026, 6, 30)
TIMEZONE = small_bank.TIMEZONE
CATALOGUE = "tests.catalogue"
SHIPPED = load_rulebook()

PRODUCTS = (
    {"product_id": "B1", "family": "bond", "regime": "eu-mifid", "seller_risk_level": 1, "complex": False},
    {"product_id": "F2", "family": "fund", "regime": "eu-mifid", "seller_risk_level": 2, "complex": False},
    {"product_id": "F4", "family": "fund", "regime": "eu-mifid", "seller_risk_level": 2, "issuer_risk_level": 4, "complex": False},
    {"product_id": "S5", "family": "stock", "regime": "eu-mifid", "seller_risk_level": 5, "complex": False},
    {"product_id": "C0", "family": "card", "regime": "none"},
    {"product_id": "P0", "family": "payment", "regime": "none"},
)  # fmt: skip


def text(english):
    return {"en": english, "zh-Hans": f"{english}（简）", "zh-Hant": f"{english}（繁）"}


def document(kind, value, **head):
    """Return the raw content of a rule document in force since 2018."""
    since = dt.date(2018, 1, 3)
    return {
        "kind": kind, "title": text(kind), "owner": "tests", "last_checked": since, "status": "confirmed",
        "values": {since: value}, "reference": {since: {"title": "made for a test"}}, **head,
    }  # fmt: skip


def template(name, kind="sale", **given):
    worth = {"amount": given.pop("worth", "100.00"), "currency": "EUR"}
    usual = {"id": name, "kind": kind, "title": text(name), "products": "none", "channels": ["app"],
             "purpose": "none", "group": name, "worth": worth, "effect_when_unscored": 0.1}  # fmt: skip
    return usual | given


NOTHING = template("no_action", "none", channels=[], worth="0.00", effect_when_unscored=0.0)
INVEST = template(
    "invest", products={"family": ["bond", "fund", "stock"]}, channels=["adviser", "app"], purpose="marketing",
    group="investment", cost={"adviser": "5.00", "app": "0.50"},
)  # fmt: skip
EVERYDAY = template(
    "everyday", products={"family": ["card", "payment"]}, purpose="marketing", group="daily", worth="20.00",
    effect_when_unscored=0.5,
)  # fmt: skip
REVIEW = template("review", "care", channels=["phone"], worth="30.00", cost={"phone": "1.00"})
INVITE = template("invite", "care", worth="10.00", trigger="customer.risk_status != 'valid'")
NOTICE = template(
    "notice", "mandatory", channels=["post", "email"], worth="0.00", cost={"post": "1.00", "email": "0.01"},
    priority=10, trigger="customer.complaints_open > 0",
)  # fmt: skip
ACTIONS = (INVEST, EVERYDAY, REVIEW, INVITE, NOTICE, NOTHING)

PACKS = ("eligibility.general", "eligibility.regime.eu", "eu.mifid.suitability", "applicability",
         "consent.withdrawn", "contact")  # fmt: skip
POLICY = {
    "packs": list(PACKS), "catalogue": CATALOGUE, "caps": "contact.caps", "quiet_hours": "contact.quiet_hours",
    "risk_validity": "eu.mifid.suitability.max_assessment_age", "recommender": {"kind": "conditional_knn"},
    "horizon_days": 90, "consent": {"no_record": "presume"},
    "limits": {"actions_per_customer": 3, "per_group": {"investment": 1}, "per_channel": {"app": 2}},
    "holdout": {"share": 0.0, "salt": "tests"}, "exploration": {"share": 0.0, "temperature": 5.0},
    "minimum_value": "0.00",
}  # fmt: skip


def policy(**changes):
    """Return the test's policy with some keys changed."""
    return Policy.from_content("tests.policy", "v1", {**POLICY, **changes})


def rulebook(actions=ACTIONS, bundles=(), **documents):
    """Return the shipped rulebook with the test's catalogue and documents (dots written as two underscores)."""
    added = {CATALOGUE: document("catalogue", {"actions": list(actions), "bundles": list(bundles)})}
    added |= {name.replace("__", "."): raw for name, raw in documents.items()}
    entries = {path: parse_entry(path, raw) for path, raw in added.items()}
    return Rulebook({**SHIPPED.entries, **entries})


def written_rulebook(folder):
    """Write the shipped rulebook with the test's catalogue into a folder, for a process of its own; return the folder."""
    shutil.copytree(rulebook_folder(), folder)
    file = folder.joinpath(*CATALOGUE.split(".")).with_suffix(".yaml")
    file.parent.mkdir()
    file.write_text(yaml.safe_dump(document("catalogue", {"actions": list(ACTIONS), "bundles": []})), "utf-8")
    return folder


def customer(name, **given):
    return {
        "customer_id": name,
        "customer_type": "person",
        "birth_date": "1980-01-01",
        "currency": "EUR",
        **given,
    }


def level(name, value, kind="risk_tolerance", **given):
    """Return an assessment answered in March 2026."""
    usual = {"assessment_id": f"{name}:{kind}", "customer_id": name, "kind": kind, "method": "questionnaire",
             "level": value, "assessed_on": "2026-03-01", "valid_from": "2026-03-01"}  # fmt: skip
    return usual | given


def holding(name, product, since="2026-01-15"):
    return {
        "holding_id": f"{name}:{product}",
        "customer_id": name,
        "product_id": product,
        "valid_from": since,
    }


def consent(name, status="given", channel="all", since="2026-01-01"):
    return {
        "customer_id": name,
        "purpose": "marketing",
        "channel": channel,
        "status": status,
        "valid_from": since,
    }


def contact(name, day, channel="phone", purpose="marketing", number=0):
    return {"interaction_id": f"{name}:{day}:{channel}:{number}", "customer_id": name, "occurred_on": day,
            "channel": channel, "direction": "outbound", "purpose": purpose}  # fmt: skip


def complaint(name, status="open"):
    return {"complaint_id": f"{name}:1", "customer_id": name, "received_on": "2026-06-01", "status": status,
            "valid_from": "2026-06-01"}  # fmt: skip


def rows():
    """Return the rows of the usual bank: ten customers of levels 1 to 5 who hold this and that."""
    names = [f"C{place:02}" for place in range(1, 11)]
    levels = {name: 1 + place // 2 for place, name in enumerate(names)}
    held = {"C01": ["C0"], "C02": ["C0", "B1"], "C03": ["B1", "F2"], "C04": ["F2"], "C05": ["C0", "P0"],
            "C06": ["F2", "F4"], "C07": ["F4", "B1"], "C08": ["F4", "S5"], "C09": ["S5", "C0"]}  # fmt: skip
    return {
        "customers": [customer(name) for name in names],
        "products": list(PRODUCTS),
        "assessments": [
            *(level(name, levels[name]) for name in names if name != "C10"),
            *(level(name, 3, "capacity_for_loss") for name in ("C07", "C08", "C09")),
        ],
        "holdings": [
            holding(name, product, "2026-01-15" if place == 0 else "2026-05-20")
            for name, products in held.items() for place, product in enumerate(products)
        ],
        "consents": [consent("C02"), consent("C03", "withdrawn"), consent("C04"), consent("C04", "withdrawn", "app")],
        "interactions": [contact("C05", "2026-06-29"), *(contact("C06", "2026-06-10", number=n) for n in range(2))],
        "complaints": [complaint("C07"), complaint("C08", "closed")],
        "responses": [
            {"response_id": "R1", "customer_id": "C09", "action_id": "everyday:P0:app", "responded_on": "2026-06-01",
             "outcome": "refused"},
        ],
    }  # fmt: skip


def tables(content=None):
    return small_bank.bank(**(rows() if content is None else content))


def prepared(content=None, *, rules=None, at=AT, **changes):
    """Return the preparation of a small bank under the test's policy."""
    return prepare(tables(content), at, TIMEZONE, rules or rulebook(), policy(**changes))


def decided(content=None, *, rules=None, at=AT, **changes):
    """Return the preparation and its blocks as one block (small banks fit into one)."""
    ready = prepared(content, rules=rules, at=at, **changes)
    (block,) = decide_blocks(ready)
    return ready, block


def allowed(ready, block):
    """Return the set of (customer, action) that no rule refuses."""
    actions = ready.actions.table["action_id"].to_list()
    return {
        (name, actions[column])
        for row, name in enumerate(block.judged.customers)
        for column in block.judged.verdicts.allowed[row].nonzero()[0]
    }


def chosen(block):
    """Return the set of (customer, action) that was chosen."""
    return set(block.decisions.select("customer_id", "action_id").iter_rows())


def reasons(ready, block, name, action):
    """Return the codes that refuse one candidate."""
    column = ready.actions.table["action_id"].to_list().index(action)
    verdicts = block.judged.verdicts
    codes = verdicts.reasons[verdicts.pattern[block.judged.customers.index(name), column]]
    return set(filter(None, codes.split(";")))


def write(folder, content=None, policy_path="policies.wealth_eu"):
    """Write a small bank to disk and return its folder."""
    return written(folder, tables(content), policy_path)


def written(folder, tables, policy_path="policies.wealth_eu"):
    """Write contract tables to disk as a bank and return its folder."""
    frames = {name: frame.collect() for name, frame in tables.items()}
    filled = {name: frame for name, frame in frames.items() if frame.height}
    load = Load(
        name="small", source="csv", timezone=TIMEZONE, currency="EUR", policy=policy_path, tables=filled
    )
    write_bank(Path(folder), load)
    return Path(folder)
