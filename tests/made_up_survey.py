"""A questionnaire that uses everything once, as its document would hold it; tests change one thing in it."""

import copy
import datetime as dt

from zhike.core.rulebook import parse_entry
from zhike.measure.surveys import read_questionnaire

DAY = dt.date(2026, 1, 1)
WORDING = {
    "joining": {"en": ["and"], "zh-Hans": ["和"], "zh-Hant": ["和"]},
    "leading": {"en": ["excellent"], "zh-Hans": ["优秀"], "zh-Hant": ["優秀"]},
    "allowed": {"en": ["terms and conditions"], "zh-Hans": ["和气"], "zh-Hant": ["和氣"]},
}
TIMING = {
    "seconds": {
        "rating": 7, "single": 8, "multiple": 12, "number": 10, "text": 25, "date": 10, "matrix": 5, "pair": 12,
        "kano": 14, "points": 10,
    },
    "rows": {"matrix": 5, "points": 6},
    "page": 3,
    "elder": 1.5,
    "most_minutes": 10,
}  # fmt: skip


def say(en, hans="题", hant="題"):
    return {"en": en, "zh-Hans": hans, "zh-Hant": hant}


def scale(low=1, high=5, leans=("negative", "positive")):
    ends = zip((low, high), leans, strict=True)
    return {"low": low, "high": high, "labels": {p: {"lean": lean, **say(f"at {p}")} for p, lean in ends}}


def choice(name, **more):
    return {"id": name, "text": say(name), **more}


def question(name, kind, **more):
    return {"id": name, "kind": kind, "text": say(name), "short": True, **more}


def rating(name, **more):
    return question(name, "rating", scale="five", everyone=True, **more)


WAYS = [choice("app"), choice("branch"), choice("phone"), choice("none", alone=True)]
FULL = {
    "given": {"tier": "text", "age": "number"},
    "scales": {"five": scale(), "kano": scale()},
    "blocks": [
        {
            "id": "start",
            "title": say("Start"),
            "questions": [
                question("used", "multiple", choices=WAYS),
                question("years", "number", low=0, high=80, required=False),
                question("since", "date", required=False),
                question("old", "text", required=False, high=20, when="given.age >= 65"),
            ],
        },
        {
            "id": "each",
            "title": say("{loop}", "{loop} 题", "{loop} 題"),
            "repeat": "used",
            "questions": [
                rating("liked"),
                question("why", "text", required=False, when="liked <= 2"),
            ],
        },
        {
            "id": "one",
            "title": say("One"),
            "trade": "ab",
            "shuffle": True,
            "questions": [rating("first"), rating("second", reverse=True), rating("third")],
        },
        {
            "id": "two",
            "title": say("Two"),
            "trade": "ab",
            "questions": [
                question("gap", "pair", scale="five", not_applicable=True,
                         sides={"expected": say("ought"), "perceived": say("is")}),
                question("trait", "kano", scale="kano",
                         sides={"functional": say("with"), "dysfunctional": say("without")}),
            ],
        },
        {
            "id": "last",
            "title": say("Last"),
            "when": "used.none == 0",
            "page": 2,
            "questions": [
                question("best", "single", choices=WAYS[:3], carried={"question": "used", "chosen": True}),
                question("missed", "single", required=False, choices=WAYS[:3],
                         carried={"question": "used", "chosen": False}),
                question("table", "matrix", scale="five", choices=[choice("speed"), choice("price")], not_applicable=True),
                question("share", "points", choices=[choice("speed"), choice("price")]),
                {**rating("again"), "text": say("Again {best}?", "再用 {best}？", "再用 {best}？")},
            ],
        },
    ],
    "quotas": [
        {"id": "rich", "title": say("Private clients"), "limit": 2, "when": "given.tier == 'private'"},
        {"id": "phones", "title": say("Phones"), "limit": 1, "option": "used.phone"},
    ],
    "scores": [
        {"id": "mood", "title": say("Mood"), "way": "mean", "of": ["first", "second", "third"]},
        {"id": "gaps", "title": say("Gap"), "way": "gap", "of": ["gap"]},
        {"id": "speed", "title": say("Speed"), "way": "index", "of": ["first"]},
        {"id": "price", "title": say("Price"), "way": "top_two", "of": ["third"]},
        {"id": "whole", "title": say("Whole"), "way": "weighted", "of": ["speed", "price"], "weights": "share"},
    ],
}  # fmt: skip


def value(**changes):
    return {**copy.deepcopy(FULL), **changes}


def version(payload, day=DAY):
    raw = {
        "kind": "questionnaire", "title": say("Everything"), "owner": "quality", "last_checked": day, "status": "provisional",
        "values": {day: payload}, "reference": {day: {"title": "made up"}},
    }  # fmt: skip
    return parse_entry("instruments.everything", raw).versions[0]


def everything(**changes):
    return read_questionnaire(version(value(**changes)))


def small(*questions, **more):
    """A questionnaire of one block."""
    block = {"id": "only", "title": say("Only"), "questions": list(questions)}
    return read_questionnaire(version({"scales": {"five": scale()}, "blocks": [block], **more}))


def quota(name, limit, **more):
    return {"id": name, "title": say(name), "limit": limit, **more}


PANEL = {
    "given": {"tier": "text", "branch": "text"},
    "scales": {"five": scale()},
    "blocks": [
        {"id": "who", "title": say("Who"), "questions": [question("age", "number", low=16, high=99)]},
        {"id": "how", "title": say("How"), "questions": [rating("satisfied"), rating("again")], "page": 1},
        {"id": "wealth", "title": say("Wealth"), "questions": [rating("advice")], "when": "age >= 50"},
    ],
    "quotas": [
        quota("young", 1, when="age < 30", words=say("Enough young people", "年轻人已够", "年輕人已夠")),
        quota("silver", 1, when="age >= 50", skip=["wealth"], margin="wealth"),
    ],
    "scores": [{"id": "satisfaction", "title": say("Satisfaction"), "way": "mean", "of": ["satisfied"]}],
    "thanks": say("Thank you"),
}
"""A questionnaire with quotas, to be asked instead of ``csat`` so that the rules of call-backs hold for it."""


def panel(*more, **changes):
    """Return the document of `PANEL`, with more quotas and other changes."""
    value = {**PANEL, "quotas": [*PANEL["quotas"], *more], **changes}
    return {
        "kind": "questionnaire", "title": say("Panel"), "owner": "q", "last_checked": DAY, "status": "provisional",
        "values": {DAY: value}, "reference": {DAY: {"title": "made up"}},
    }  # fmt: skip


def read(document):
    """Return the questionnaire of a document."""
    return read_questionnaire(parse_entry("instruments.panel", document).versions[0])
