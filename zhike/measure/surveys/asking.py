"""Whom to ask on a day: one budget of contacts over surveys, marketing and calls, and a reason for everybody who is not asked.

Places go to those whose answer would teach most. A share of them is drawn at random among all who may be asked, for a sample of the
instructive alone cannot be weighted back to the customers of the bank: nobody knows the chance that somebody was asked.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.decide.inputs import hash_uniforms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.rulebook import Rulebook

__all__ = ["REASONS", "AskingPolicy", "due_reminders", "information", "whom_to_ask"]

REASONS: Final = (
    "do_not_contact", "not_permitted", "complaint_open", "asked_lately", "too_soon", "budget_spent", "quota_full", "no_place",
    "asked", "asked_at_random",
)  # fmt: skip
"""Why somebody is not asked, the first that holds; the last two: why somebody is."""
_ALL: Final = "all"
_NO_LIMITS: Final[Mapping[str, int]] = {}


@dataclass(frozen=True, slots=True)
class AskingPolicy:
    """How often a person may be contacted, and whom a survey may ask.

    Parameters
    ----------
    window_days, maximum : int
        At most so many contacts within so many days, over all channels and purposes that count.
    gap_days : int
        Days between two contacts.
    rest_days : int
        Days between two surveys.
    """

    window_days: int
    maximum: int
    gap_days: int
    rest_days: int
    exempt: tuple[str, ...]
    control_share: float
    reminder_after_days: int
    reminders: int

    @classmethod
    def of(cls, rulebook: Rulebook, day: dt.date) -> AskingPolicy:
        """Return the policy in force on a day: ``surveys.asking`` with the caps and the gap of all contacts.

        Raises
        ------
        RuleNotFoundError
            When one of the three is not in force.
        """
        raw: Mapping[str, Any] = rulebook.at("surveys.asking", day).value
        caps = rulebook.at("contact.caps", day).value
        window, most = min((cap["maximum"], cap["window_days"]) for cap in caps if cap["channel"] == _ALL)[
            ::-1
        ]
        return cls(
            window, most, int(rulebook.at("contact.gap_days", day).value), raw["rest_days"], tuple(raw["exempt"]),
            raw["control_share"], raw["reminder_after_days"], raw["reminders"],
        )  # fmt: skip


def whom_to_ask(  # noqa: PLR0913 - what is known of people, of the day and of the survey
    people: pl.DataFrame, contacts: pl.DataFrame, surveys: pl.DataFrame, policy: AskingPolicy, day: dt.date,
    *, places: int, left: Mapping[str, int] = _NO_LIMITS, salt: str, so_far: bool = False,
) -> pl.DataFrame:  # fmt: skip
    """Choose whom to ask.

    Parameters
    ----------
    people : DataFrame
        ``customer_id``, ``permitted`` (agreed to surveys; unknown counts as no), ``do_not_contact``, ``complaint_open``, ``cell`` (of the
        quotas), ``worth`` (see `information`). Where they have them: ``quotas`` (list of str: of which quotas a place is taken; that of the cell without
        it) and ``most`` (contacts that the person bears within the window, where they have said so).
    contacts : DataFrame
        Contacts that the bank began: ``customer_id``, ``occurred_on``, ``purpose``. Surveys among them are left to ``surveys``.
    surveys : DataFrame
        Invitations and reminders: ``customer_id``, ``sent_on``.
    places : int
        How many can be asked on the day.
    left : mapping of str to int
        Places left by quota; one that is not named has no limit.
    salt : str
        Names the survey: two surveys draw independently of each other.
    so_far : bool
        Whether what stands under the day itself has happened, as for a round in the middle of it; else nothing is known of the day yet.

    Returns
    -------
    DataFrame
        A row a person, in the order given: ``customer_id``, ``reason`` (one of `REASONS`) and ``chance``, the chance to have been drawn at
        random, given how many were drawn of those in the same cell and quotas; null for those who may not be asked.
    """
    known = _grouped(
        _standing(people, contacts, surveys, policy, _until(day, so_far=so_far), day)
    ).with_columns(
        lot=pl.Series(
            hash_uniforms(people["customer_id"].to_list(), f"survey|{salt}|{day}", 1)[:, 0], dtype=pl.Float64
        )
    )
    free = known.filter(pl.col("reason").is_null())
    random = _placed(free.sort("lot"), left, round(places * policy.control_share))
    rest = free.join(random, on="customer_id", how="anti").sort(
        ["worth", "lot"], descending=[True, False], nulls_last=True
    )
    still = _less(left, random)
    chosen = _placed(rest, still, places - random.height)
    full = [quota for quota, n in _less(still, chosen).items() if n <= 0]
    chances = _chances(free, random)
    is_in = pl.col("customer_id").is_in
    return (
        known.join(chances, on="_group", how="left")
        .with_columns(
            reason=pl.coalesce(
                "reason",
                pl.when(is_in(random["customer_id"].to_list())).then(pl.lit("asked_at_random"))
                .when(is_in(chosen["customer_id"].to_list())).then(pl.lit("asked"))
                .when(pl.col("_quotas").list.eval(pl.element().is_in(full)).list.any()).then(pl.lit("quota_full"))
                .otherwise(pl.lit("no_place")),
            ),
            chance=pl.when(pl.col("reason").is_null()).then(pl.col("chance").fill_null(0.0)),
        )
        .sort("_place")
        .select("customer_id", "reason", "chance")
    )  # fmt: skip


def due_reminders(
    invitations: pl.DataFrame,
    people: pl.DataFrame,
    contacts: pl.DataFrame,
    policy: AskingPolicy,
    day: dt.date,
    *,
    so_far: bool = False,
) -> pl.DataFrame:
    """Say whom to remind.

    Parameters
    ----------
    invitations : DataFrame
        A row an invitation: ``survey_id``, ``customer_id``, ``sent_on`` (of the last reminder, where there was one), ``reminders`` (how many
        there were), ``answered``.
    people, contacts, so_far
        As for `whom_to_ask`.

    Returns
    -------
    DataFrame
        ``survey_id``, ``reason``: ``answered``, ``reminded_enough``, ``too_early``, a reason why the person may not be contacted, or ``due``.
    """
    surveys = invitations.select("customer_id", "sent_on")
    until = _until(day, so_far=so_far)
    standing = _standing(people, contacts, surveys, policy, until, day, resting=False).select(
        "customer_id", "reason"
    )
    waited = (pl.lit(day) - pl.col("sent_on")).dt.total_days()
    return invitations.join(standing, on="customer_id", how="left", maintain_order="left").select(
        "survey_id",
        reason=pl.when(pl.col("answered")).then(pl.lit("answered"))
        .when(pl.col("reminders") >= policy.reminders).then(pl.lit("reminded_enough"))
        .when(waited < policy.reminder_after_days).then(pl.lit("too_early"))
        .otherwise(pl.col("reason").fill_null("due")),
    )  # fmt: skip


def information(cells: pl.DataFrame) -> pl.DataFrame:
    """Return what one more invitation teaches about the bank's mean, by cell.

    One more answer lowers the variance of the stratified mean by W^2 s^2 / (n (n + 1)); it comes with the chance that an invitation is
    answered.

    Parameters
    ----------
    cells : DataFrame
        ``cell``, ``share`` (W: of the bank's customers), ``spread`` (s: standard deviation of answers), ``answers`` (n: so far; a cell without
        any counts as one with half an answer), ``response`` (share of invitations that are answered).

    Returns
    -------
    DataFrame
        ``cell``, ``worth``.

    Examples
    --------
    >>> cells = pl.DataFrame({"cell": ["a", "b"], "share": [0.5, 0.5], "spread": [2.0, 2.0], "answers": [10, 40], "response": [0.2, 0.2]})
    >>> information(cells)["worth"].round(6).to_list()
    [0.001818, 0.000122]
    """
    n = pl.max_horizontal(pl.col("answers").cast(pl.Float64), pl.lit(0.5))
    gain = (pl.col("share") * pl.col("spread")) ** 2 / (n * (n + 1.0))
    return cells.select("cell", worth=gain * pl.col("response"))


def _until(day: dt.date, *, so_far: bool) -> dt.date:
    """Return the last day of which something is known."""
    return day if so_far else day - dt.timedelta(days=1)


def _grouped(people: pl.DataFrame) -> pl.DataFrame:
    """Return the people with their quotas, and the group within which a draw tells nobody from anybody: cell and quotas."""
    quotas = pl.col("quotas") if "quotas" in people.columns else pl.concat_list("cell")
    return people.with_columns(_quotas=quotas).with_columns(
        _group=pl.concat_str([pl.col("cell").fill_null(""), pl.col("_quotas").list.join("|")], separator="|", ignore_nulls=True)
    )  # fmt: skip


def _standing(
    people: pl.DataFrame, contacts: pl.DataFrame, surveys: pl.DataFrame, policy: AskingPolicy, until: dt.date, day: dt.date, *, resting: bool = True
) -> pl.DataFrame:  # fmt: skip
    """Return the people with the first reason why each may not be asked, null for those who may."""
    asked = surveys.filter(pl.col("sent_on") <= until).select(
        "customer_id", on="sent_on", survey=pl.lit(value=True)
    )
    counted = contacts.filter(
        (pl.col("occurred_on") <= until) & ~pl.col("purpose").fill_null("").is_in([*policy.exempt, "survey"])
    ).select("customer_id", on="occurred_on", survey=pl.lit(value=False))
    ago = (pl.lit(day) - pl.col("on")).dt.total_days()
    history = (
        pl.concat([asked, counted])
        .group_by("customer_id")
        .agg(
            spent=(ago <= policy.window_days).sum(),
            last=ago.min(),
            last_survey=ago.filter(pl.col("survey")).min(),
        )
    )
    most = (
        pl.min_horizontal(pl.lit(policy.maximum), pl.col("most"))
        if "most" in people.columns
        else pl.lit(policy.maximum)
    )
    reason = (
        pl.when(pl.col("do_not_contact").fill_null(value=False)).then(pl.lit("do_not_contact"))
        .when(~pl.col("permitted").fill_null(value=False)).then(pl.lit("not_permitted"))
        .when(pl.col("complaint_open").fill_null(value=False)).then(pl.lit("complaint_open"))
        .when(pl.lit(resting) & (pl.col("last_survey") < policy.rest_days)).then(pl.lit("asked_lately"))
        .when(pl.col("last") < policy.gap_days).then(pl.lit("too_soon"))
        .when(pl.col("spent").fill_null(0) >= most).then(pl.lit("budget_spent"))
    )  # fmt: skip
    return (
        people.with_row_index("_place")
        .join(history, on="customer_id", how="left", maintain_order="left")
        .with_columns(reason=reason)
    )


def _placed(ordered: pl.DataFrame, left: Mapping[str, int], places: int) -> pl.DataFrame:
    """Return the first who find a place, in their order, without overfilling a quota that one of them is in."""
    room, taken = dict(left), list[int]()
    for row, quotas in enumerate(ordered["_quotas"].to_list()):
        if len(taken) >= places:
            break
        if all(room.get(one, 1) > 0 for one in quotas):
            taken.append(row)
            room |= {one: room[one] - 1 for one in quotas if one in room}
    return ordered[taken].select("customer_id", "_quotas", "_group")


def _less(left: Mapping[str, int], taken: pl.DataFrame) -> dict[str, int]:
    counts = Counter(one for quotas in taken["_quotas"].to_list() for one in quotas)
    return {quota: n - counts[quota] for quota, n in left.items()}


def _chances(free: pl.DataFrame, random: pl.DataFrame) -> pl.DataFrame:
    """Return, by group, the share of those who might be asked that was drawn: within a group every set was as likely."""
    drawn = random.group_by("_group").agg(drawn=pl.len())
    known = free.group_by("_group").agg(there=pl.len()).join(drawn, on="_group", how="left")
    return known.select("_group", chance=pl.col("drawn").fill_null(0) / pl.col("there"))
