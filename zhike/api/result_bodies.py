"""Results of surveys as answers of the interface: figures with the words of the questionnaire, in the reader's language."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from zhike.measure.attributes.kano import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.api.hearing import Hearing
    from zhike.core.language import Language
    from zhike.measure.results.whole import Part, Whole
    from zhike.measure.surveys.questionnaire import Questionnaire, Quota

__all__ = ["attributes_body", "finite", "journeys_body", "model_body", "results_body", "waves_body"]

_SPAN: Final = ("value", "low", "high")


def finite(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer in which what could not be computed is None, as JSON has it."""
    return {name: _finite(part) for name, part in answer.items()}


def _finite(value: Any) -> Any:  # noqa: ANN401 - any part of an answer
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return finite(value)
    return [_finite(part) for part in value] if isinstance(value, list | tuple) else value


def _head(of: Hearing, whole: Whole, language: Language) -> dict[str, Any]:
    questionnaire = of.form.questionnaire
    return {
        "instrument": of.name, "title": questionnaire.title.in_language(language), "version": questionnaire.first_day,
        "versions": [{"version": day, "sheets": count} for day, count in of.counts.items()],
        "first_day": of.first, "last_day": of.last, "branch": of.branch, "sheets": whole.sheets, "persons": whole.persons, "imported": whole.imported, "held": whole.held, "unknown": whole.unknown,
        "parts": list(of.form.parts), "least": of.rules.least, "level": of.rules.level,
    }  # fmt: skip


def results_body(of: Hearing, language: Language) -> dict[str, Any]:
    """Return who answered, scores, groups, late answers and answers by question."""
    whole, questionnaire = of.whole(), of.form.questionnaire
    stands = whole.stands_for
    shown = ("margins", "deff", "n_eff", "unrepresented", "converged", "smallest", "largest")
    titles = _score_titles(questionnaire, language)
    return finite({
        **_head(of, whole, language), "quotas": [_quota(of, one, language) for one in of.quotas()], "asked": whole.asked,
        "represented": {"weighted": stands.weights is not None, **{name: getattr(stands, name) for name in shown}},
        "scores": [{**one, "title": titles[one["score"]]} for one in whole.scores],
        "groups": [_grouped(one) for one in whole.groups], "late_after": of.late_after, "late": whole.late,
        "questions": [_question(one, questionnaire, language) for one in whole.questions],
    })  # fmt: skip


def _quota(of: Hearing, one: tuple[Quota, int, int], language: Language) -> dict[str, Any]:
    """Return a quota; its places move in steps, so that nobody's answer follows from two looks."""
    quota, taken, held = one
    full, step = taken + held >= quota.limit, of.rules.least
    used = quota.limit if taken >= quota.limit else taken // step * step
    return {
        "quota": quota.name, "title": quota.title.in_language(language), "limit": quota.limit, "days": quota.days, "taken": used, "full": full,
        "then": "skip" if quota.skip else "end" if quota.option is None else "option",
    }  # fmt: skip


def _grouped(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return a score by group; where groups cannot be told apart, none of them is before another."""
    whole = one["grouping"] or {"ranked": False, "heterogeneity": None}
    apart = whole["heterogeneity"]
    return {
        "score": one["score"], "by": one["by"], "ranked": whole["ranked"], "p_value": apart and apart["p_value"],
        "groups": [{**row, "position": row["funnel"]["position"] if row.get("funnel") else None} for row in one["groups"]],
    }  # fmt: skip


def _question(one: Mapping[str, Any], questionnaire: Questionnaire, language: Language) -> dict[str, Any]:
    question = questionnaire.by_name[one["question"]]
    words = {choice.code: choice.text.in_language(language) for choice in question.choices}
    if question.scale is not None:
        words |= {
            str(point): f"{point} – {label.text.in_language(language)}"
            for point, label in question.scale.labels.items()
        }
    part = one["part"]
    return {
        **one, "text": question.text.in_language(language), "part": part and _part_words(part, one["question"], questionnaire, language),
        "answers": [{**answer, "text": words.get(answer["answer"], answer["answer"])} for answer in one["answers"]],
    }  # fmt: skip


def _part_words(part: str, name: str, questionnaire: Questionnaire, language: Language) -> str:
    """Return the words of a part of a question, or of the option that its block is repeated for."""
    block = next(one for one in questionnaire.blocks if any(each.name == name for each in one.questions))
    sources = [questionnaire.by_name[name], *([questionnaire.by_name[block.repeat]] if block.repeat else [])]
    known = {choice.code: choice.text for one in sources for choice in one.choices}
    return known[part].in_language(language) if part in known else part


def _score_titles(questionnaire: Questionnaire, language: Language) -> dict[str, str]:
    return {one.name: one.title.in_language(language) for one in questionnaire.scores}


# -- path model --------------------------------------------------------------------------------------------------------


def model_body(of: Hearing, language: Language) -> dict[str, Any]:
    """Return the path model, or what it needs."""
    whole = of.whole()
    part = whole.parts["model"]
    told = {
        **_head(of, whole, language),
        **_state(part, language),
        "latents": [],
        "paths": [],
        "gof": None,
        "resamples": None,
        "notes": [],
    }
    if part.found is None:
        return told
    found = part.found
    total = {(one["from"], one["to"]): one for one in found["effects"]}
    return finite({
        **told, "latents": [_latent(name, of, found, language) for name in found["indices"]],
        "paths": [_path(one, total[one["from"], one["to"]]) for one in found["paths"]], "gof": found["gof"],
        "resamples": int(of.rules.resamples["model"]) - found["failed"], "notes": found["notes"],
    })  # fmt: skip


def _state(part: Part, language: Language) -> dict[str, Any]:
    state = "told" if part.found is not None else "too_few" if part.problem is None else "not_fitted"
    return {"needed": part.needed, "state": state, "problem": part.problem and part.problem.render(language)}


def _latent(name: str, of: Hearing, found: Mapping[str, Any], language: Language) -> dict[str, Any]:
    titles, reliability = _score_titles(of.form.questionnaire, language), found["reliability"][name]
    column, row = of.form.given.get("places", {}).get(name, (None, None))
    rule = next(one for one in of.form.questionnaire.scores if one.name == name)
    r2 = {"value": found["r2"][name], **found["intervals"]["r2"][name]} if name in found["r2"] else None
    return {
        "latent": name, "title": titles[name], "items": list(rule.questions), "index": found["indices"][name], "r2": r2,
        **{one: reliability[one] for one in ("alpha", "composite", "ave")}, "column": column, "row": row,
    }  # fmt: skip


def _path(one: Mapping[str, Any], effect: Mapping[str, Any]) -> dict[str, Any]:
    low, high = one["low"], one["high"]
    return {
        "start": one["from"], "end": one["to"], "coefficient": {"value": one["coefficient"], "low": low, "high": high},
        "total": {"value": effect["total"], "low": effect["low"], "high": effect["high"]},
        "told": low is not None and high is not None and (low > 0 or high < 0),
    }  # fmt: skip


# -- attributes --------------------------------------------------------------------------------------------------------


def attributes_body(of: Hearing, language: Language) -> dict[str, Any]:
    """Return importance and performance, gaps and categories after Kano, as far as the instrument has them."""
    whole = of.whole()
    ways = {"importance": _importance, "gaps": _gaps, "kano": _kano}
    return finite({
        **_head(of, whole, language),
        **{name: way(of, whole.parts[name], language) if name in whole.parts else None for name, way in ways.items()},
    })  # fmt: skip


def _importance(of: Hearing, part: Part, language: Language) -> dict[str, Any]:
    questionnaire, found = of.form.questionnaire, part.found
    overall = questionnaire.by_name[of.form.given["overall"]].text.in_language(language)
    told = {**_state(part, language), "overall": overall}
    if found is None:
        return {**told, "importance_line": None, "performance_line": None, "settled": None, "attributes": []}
    titles = _score_titles(questionnaire, language)
    titles |= {
        name: one.text.in_language(language)
        for name, one in questionnaire.by_name.items()
        if name not in titles
    }
    same = ("attribute", "performance", "importance", "quadrant", "chances", "by_cross")
    return {
        **told, "importance_line": found["lines"]["importance"], "performance_line": found["lines"]["performance"],
        "settled": found["sensitivity"]["settled"],
        "attributes": [{**{name: one[name] for name in same}, "title": titles[one["attribute"]]} for one in found["attributes"]],
    }  # fmt: skip


def _gaps(of: Hearing, part: Part, language: Language) -> dict[str, Any]:
    told, found = _state(part, language), part.found
    if found is None:
        return {**told, "unweighted": None, "weighted": None, "dimensions": [], "items": []}
    titles, asked = _score_titles(of.form.questionnaire, language), of.form.questionnaire.by_name
    return {
        **told, "unweighted": found["servqual"]["unweighted"], "weighted": found["servqual"]["weighted"],
        "dimensions": [
            _gap(one["dimension"], titles[one["dimension"]], one, of.rules.least) for one in found["dimensions"]
        ],
        "items": [
            _gap(name, asked[name].text.in_language(language), {**one, "points": None}, of.rules.least)
            for one in found["items"] for name in [one["perception_item"].rpartition(".")[0]]
        ],
    }  # fmt: skip


def _gap(name: str, title: str, one: Mapping[str, Any], least: int) -> dict[str, Any]:
    n = one["gap"]["n"]
    means = {"expected": one["expectation"]["value"], "perceived": one["perception"]["value"]}
    return {
        "name": name, "title": title, "dimension": one["dimension"], "n": n, **(means if n >= least else dict.fromkeys(means)),
        "gap": _enough(one["gap"], least), "points": one["points"],
    }  # fmt: skip


def _enough(estimate: Mapping[str, Any], least: int) -> Mapping[str, Any]:
    """Return an estimate, without its figures where it rests on too few."""
    return estimate if estimate["n"] >= least else {**dict.fromkeys(estimate), "n": estimate["n"]}


def _kano(of: Hearing, part: Part, language: Language) -> dict[str, Any]:
    told, found = _state(part, language), part.found
    return {
        **told,
        "features": [] if found is None else [_feature(of, one, language) for one in found["features"]],
    }


def _feature(of: Hearing, one: Mapping[str, Any], language: Language) -> dict[str, Any]:
    n, question = one["n"], of.form.questionnaire.by_name[one["feature"]]
    if n < of.rules.least:
        one = {
            **one,
            "category": "",
            "fong": False,
            "counts": {},
            "better": {"value": None},
            "worse": {"value": None},
            "doubtful": False,
        }
    return {
        "feature": one["feature"], "title": question.text.in_language(language), "n": n, "category": one["category"],
        "told": one["fong"] and not one["tied"], "shares": {name: one["counts"][name] / n if one["counts"] else None for name in CATEGORIES},
        "better": one["better"]["value"], "worse": one["worse"]["value"], "doubtful": one["doubtful"],
    }  # fmt: skip


# -- journeys ----------------------------------------------------------------------------------------------------------


def journeys_body(of: Hearing, language: Language) -> dict[str, Any]:
    """Return the journeys that the instrument rates."""
    whole = of.whole()
    part = whole.parts["journeys"]
    every = [{"journey": one, "told": None, "problem": None} for one in of.form.journeys]
    found = every if part.found is None else part.found["journeys"]
    return finite({**_head(of, whole, language), "journeys": [_journey(of, one, language) for one in found]})


def _journey(of: Hearing, one: Mapping[str, Any], language: Language) -> dict[str, Any]:
    journey, told = one["journey"], one["told"]
    titled = {stage.name: _titled(stage, language) for stage in journey.stages}
    order = dict.fromkeys(point.channel for point in journey.touchpoints)
    titles = {point.name: _titled(point, language) for point in journey.touchpoints}
    head = {
        "journey": journey.name, "title": _titled(journey, language), "stages": [{"stage": name, "title": title} for name, title in titled.items()],
        "channels": list(order), "problem": one["problem"] and one["problem"].render(language), "needed": of.rules.journeys.least,
    }  # fmt: skip
    if told is None:
        return {
            **head,
            "state": "too_few",
            "n": 0,
            "overall": None,
            "parts": None,
            "hidden": False,
            "touchpoints": [],
            "missing": [],
        }
    whole = told["whole"]
    return {
        **head, "state": "told", "n": told["n"], "overall": whole["overall"], "parts": whole["touchpoints"], "hidden": whole["hidden"],
        "touchpoints": [_touchpoint(point, titles[point["touchpoint"]], of.rules.least) for point in told["touchpoints"]],
        "missing": [{**lack, "title": (lack["title"] or {}).get(language, lack["name"])} for lack in told["missing"]],
    }  # fmt: skip


def _titled(one: Any, language: Language) -> str:  # noqa: ANN401 - a journey, a stage or a touchpoint
    return str(one.name) if one.title is None else one.title.in_language(language)


def _touchpoint(point: Mapping[str, Any], title: str, least: int) -> dict[str, Any]:
    same = (
        "stage",
        "channel",
        "touchpoint",
        "owner",
        "promise",
        "rated",
        "reach",
        "importance",
        "verdict",
        "settled",
    )
    moment, chances = point["moment_of_truth"], point["probabilities"]
    return {
        **{name: point[name] for name in same}, "title": title, "experience": _enough(point["experience"], least), "probability": chances and chances.get(point["verdict"]),
        "moment_of_truth": bool(moment and moment["found"]), "agreement": moment and moment["agreement"],
    }  # fmt: skip


# -- waves -------------------------------------------------------------------------------------------------------------


def waves_body(of: Hearing, before: str | None, after: str | None, language: Language) -> dict[str, Any]:
    """Return scores month by month, two months compared, and modes."""
    whole = of.whole()
    titles = _score_titles(of.form.questionnaire, language)
    months = sorted({point["wave"] for points in whole.waves.values() for point in points})
    names = _months(whole, months, before, after)
    pairs = {} if names is None else of.pair(names)
    units = {one["score"]: one["unit"] for one in whole.scores}
    return finite({
        **_head(of, whole, language), "months": months, "before": names and names[0], "after": names and names[1],
        "waves": [
            {"score": name, "title": titles[name], "unit": units[name], "points": points, "pair": _pair(pairs.get(name))} for name, points in whole.waves.items()
        ],
        "modes": whole.modes,
    })  # fmt: skip


def _months(whole: Whole, months: list[str], before: str | None, after: str | None) -> tuple[str, str] | None:
    """Return the months to compare: those asked for, else the last two of which something is told."""
    told = sorted(
        {point["wave"] for points in whole.waves.values() for point in points if not point["suppressed"]}
    )
    later = after if after in months else told[-1] if told else None
    earlier = [month for month in told if later is not None and month < later]
    sooner = before if before in months else earlier[-1] if earlier else None
    return None if sooner is None or later is None else (sooner, later)


def _pair(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if found is None:
        return None
    first, second = (
        {name: found[side][name] for name in (*_SPAN, "error", "n")} for side in ("before", "after")
    )
    return {
        "before": found["before"]["wave"], "after": found["after"]["wave"], "shared": found["shared"], "first": first, "second": second,
        "difference": found["difference"], "verdict": found["verdict"],
    }  # fmt: skip
