"""What an indicator is: a document of the rulebook under ``indicators``, dated, with a name in three languages, an owner and a promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError
from zhike.core.expressions import parse_expression
from zhike.core.phrases import either, phrase
from zhike.measure.control_charts import RULES
from zhike.measure.indicators.own_tables import TABLES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from zhike.core.expressions import Expression
    from zhike.core.language import Text
    from zhike.core.rulebook import Rulebook

__all__ = ["LEVELS", "PERIODS", "PREFIX", "Indicator", "indicators_of"]

PREFIX: Final = "indicators."
LEVELS: Final = ("bank", "branch", "team", "channel", "process")
PERIODS: Final = {"week": "1w", "month": "1mo", "quarter": "1q"}
"""Length of a period, as polars writes it."""
MEASURES: Final = {"share": ("p", "g"), "rate": ("u",), "mean": ("individuals",)}
"""Charts of each measure; the first one unless another is named."""
BETTER: Final = ("lower", "higher")
JOINED: Final = (
    "customer.region",
    "customer.service_tier",
    "staff.region",
    "staff.role",
    "survey.instrument",
    "survey.channel",
)
"""Names beside the row's own: of the customer, of the member of staff, of the survey that it belongs to."""
DAYS_TO_CHANGE: Final = "row.days_to_change"
"""Days from the row's day until its first state ended, unknown while it has not; of a table of versions."""
_KEYS: Final = (
    "table", "day", "measure", "where", "hit", "value", "per", "levels", "period", "better", "target", "chart", "baseline", "rules", "after_days", "least",
)  # fmt: skip
_NEEDED: Final = ("table", "day", "measure", "levels", "period", "better", "baseline", "rules")


@dataclass(frozen=True, slots=True)
class Indicator:
    """A definition as it is in force on a day; see docs/reference/indicators.md for the keys.

    Parameters
    ----------
    name : str
        Path in the rulebook without ``indicators.``.
    title : Text
    unit, owner, status : str
    table, day : str
        One of `TABLES`, and the column that says in which period a row counts.
    measure : str
        ``share`` of rows with ``hit``, ``rate`` of rows by ``per`` customers, ``mean`` of ``value``.
    where, hit : Expression or None
    value : str or None
    per : int
    levels : mapping of str to str or None
        Column that names the unit of a row, by level; None at the level of the bank.
    period, better : str
    target : float or None
        What was promised.
    chart : str
    baseline : int
    rules : tuple of int
    after_days : int
        Days after which a row is judged: younger ones count in no period.
    least : int
        Rows below which nothing is told of a unit's period.
    """

    name: str
    title: Text
    unit: str
    owner: str
    status: str
    table: str
    day: str
    measure: str
    where: Expression | None
    hit: Expression | None
    value: str | None
    per: int
    levels: Mapping[str, str | None]
    period: str
    better: str
    target: float | None
    chart: str
    baseline: int
    rules: tuple[int, ...]
    after_days: int
    least: int = 1


def indicators_of(rulebook: Rulebook, day: dt.date) -> list[Indicator]:
    """Return the indicators in force on a day, by name.

    Raises
    ------
    RuleError
        When a definition does not fit.
    """
    found = []
    for path, entry in sorted(rulebook.entries.items()):
        version = entry.in_force(day) if path.startswith(PREFIX) else None
        if version is not None:
            found.append(
                _read(path, version.value, (version.title, version.unit or "", entry.owner, version.status))
            )
    return found


def _read(path: str, raw: Any, head: tuple[Text, str, str, str]) -> Indicator:  # noqa: ANN401 - what YAML holds
    if not isinstance(raw, dict) or set(raw) - set(_KEYS) or set(_NEEDED) - set(raw):
        raise RuleError(
            what=", ".join(raw) if isinstance(raw, dict) else f"{raw!r}", path=path,
            expected=phrase("the keys {names}", names=", ".join(_NEEDED)),
        )  # fmt: skip
    _one_of(path, "measure", raw["measure"], MEASURES)
    _one_of(path, "period", raw["period"], PERIODS)
    _one_of(path, "better", raw["better"], BETTER)
    charts = MEASURES[raw["measure"]]
    _one_of(path, "chart", raw.get("chart", charts[0]), charts)
    names = _names(path, raw["table"])
    if raw["day"] not in {one.removeprefix("row.") for one in names}:
        raise RuleError(what=_under("day", raw["day"]), path=path, expected=", ".join(sorted(names)))
    part = {"share": "hit", "mean": "value"}.get(raw["measure"])
    if part is not None and not raw.get(part):
        raise RuleError(
            what=phrase("nothing under '{key}'", key=part),
            path=path,
            expected=phrase("key '{key}'", key=part),
        )
    rules = raw["rules"]
    if not isinstance(rules, list) or 1 not in rules or set(rules) - set(RULES):
        raise RuleError(
            what=_under("rules", rules), path=path, expected=f"1, {', '.join(map(str, list(RULES)[1:]))}"
        )
    title, unit, owner, status = head
    return Indicator(
        path.removeprefix(PREFIX), title, unit, owner, status, raw["table"], raw["day"], raw["measure"],
        _condition(path, raw.get("where"), names), _condition(path, raw.get("hit"), names), _column(path, raw.get("value"), names),
        int(raw.get("per", 1000)), _levels(path, raw["levels"], names), raw["period"], raw["better"],
        None if raw.get("target") is None else float(raw["target"]), raw.get("chart", charts[0]), int(raw["baseline"]), tuple(rules),
        int(raw.get("after_days", 0)), int(raw.get("least", 1)),
    )  # fmt: skip


def _names(path: str, table: str) -> set[str]:
    """Return every name that a definition on a table may read."""
    _one_of(path, "table", table, TABLES)
    columns = TABLES[table].columns
    return {*(f"row.{one.name}" for one in columns), DAYS_TO_CHANGE, *JOINED}


def _under(key: str, value: object) -> object:
    return phrase("'{value}' under indicator key '{key}'", value=value, key=key)


def _one_of(path: str, key: str, value: object, known: Sequence[str] | Mapping[str, Any]) -> None:
    if value not in known:
        raise RuleError(what=_under(key, value), path=path, expected=either(list(known)))


def _condition(path: str, text: str | None, names: set[str]) -> Expression | None:
    if text is None:
        return None
    found = parse_expression(text, path)
    for name in sorted(found.names - names):
        _column(path, name, names)
    return found


def _column(path: str, name: str | None, names: set[str]) -> str | None:
    if name is not None and name not in names:
        raise RuleError(what=f"'{name}'", path=path, expected=", ".join(sorted(names)))
    return name


def _levels(path: str, raw: Any, names: set[str]) -> dict[str, str | None]:  # noqa: ANN401 - what YAML holds
    if not isinstance(raw, dict) or not raw or set(raw) - set(LEVELS):
        raise RuleError(what=_under("levels", raw), path=path, expected=either(LEVELS))
    return {level: _column(path, raw[level], names) for level in LEVELS if level in raw}
