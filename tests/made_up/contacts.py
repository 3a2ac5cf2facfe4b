"""What passed between the made-up bank and its customers: questionnaires, consents, wishes, contacts, answers, complaints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
from made_up.people import ADULT, FIRST_DAY, LAST_DAY
from made_up.streams import days_between, happens, picked, stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["complaint_records", "consents", "contact_records", "preferences", "questionnaires"]

_YEAR: Final = np.timedelta64(365, "D")
_BANDS: Final = ((0, 50_000), (50_000, 300_000), (300_000, 1_000_000), (1_000_000, None))
_CHANNELS: Final = ("app", "sms", "phone", "branch", "adviser")
_OFFERS: Final = {
    "offer_card:K02:app": 3.0, "offer_card:K03:sms": 1.0, "offer_deposit:D02:app": 2.0, "offer_fund:F03:app": 2.0,
    "offer_fund:F04:app": 1.0, "offer_wealth:W03:app": 2.0, "offer_wealth:W05:phone": 2.0, "offer_loan:L02:phone": 1.0,
    "offer_insurance:I02:branch": 1.5,
}  # fmt: skip
_COMPLAINTS: Final = {
    "账户服务": ("排队时间长", "账户被误冻结"),
    "信用卡": ("费用争议", "重复扣款"),
    "理财": ("信息披露不清", "赎回到账慢"),
}


def questionnaires(folk: pl.DataFrame, taken: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return the answers to questionnaires on risk, capacity and knowledge: some in date, some expired, some missing.

    Parameters
    ----------
    folk, taken : DataFrame
        See `made_up.people.people` and `made_up.purchases.purchases`; investors have answered more often.
    seed : int

    Returns
    -------
    DataFrame
        Q_NO, CUST_NO, KIND, METHOD, LEVEL, LABEL, LOW_AMT, HIGH_AMT, ANS_DT; a few answered twice on the last day or many
        times within the year.
    """
    rng = stream(seed, "questionnaires")
    investors = taken.filter(pl.col("family").is_in(["wealth", "fund"]))["customer_id"].unique()
    grown = folk.filter(pl.col("kind") != "inactive", (pl.col("age") >= ADULT) | (pl.col("kind") == "firm"))
    asked = grown.filter(
        pl.Series(
            rng.random(len(grown)) < np.where(grown["customer_id"].is_in(investors.to_list()), 0.92, 0.45)
        )
    )
    answers = _answers(asked, rng)
    limits = _limits(asked.filter(pl.Series(happens(rng, 0.4, len(asked)))), rng)
    every = pl.concat([answers, limits]).sort("ANS_DT", "CUST_NO", "KIND")
    number = pl.format("Q{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7))
    return every.select(number.alias("Q_NO"), pl.all().exclude("ANS_DT"), _text("ANS_DT"))


def _answers(asked: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return the latest answer of each customer, an older one of most, and the rush of a few."""
    size, since = len(asked), asked["since"].to_numpy()
    fresh = happens(rng, 0.72, size)
    age = np.where(fresh, rng.integers(0, 360, size), rng.integers(370, 1_200, size)).astype("timedelta64[D]")
    latest = np.maximum(LAST_DAY - age, since)
    older = np.flatnonzero((latest - _YEAR > since) & happens(rng, 0.7, size))
    rush = np.flatnonzero(fresh & happens(rng, 0.012, size))
    twice = np.flatnonzero(happens(rng, 0.006, size))
    rows = np.concatenate([np.arange(size), older, np.repeat(rush, 8), np.repeat(twice, 2)])
    days = np.concatenate([
        latest, latest[older] - rng.integers(330, 366, len(older)).astype("timedelta64[D]"),
        LAST_DAY - rng.integers(1, 300, 8 * len(rush)).astype("timedelta64[D]"), np.full(2 * len(twice), LAST_DAY),
    ])  # fmt: skip
    level = np.clip(
        np.rint(asked["risk"].to_numpy()[rows] + 0.2 * rng.standard_normal(len(rows))), 1, 5
    ).astype(np.int64)
    method = np.where(happens(rng, 0.03, len(rows)), "推断", "问卷")
    return _answer_rows(asked, rows, days, ("风险承受能力", method, level))


def _limits(asked: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return how much a customer can afford to lose or lock up, and what they know."""
    every = np.arange(len(asked))
    days = np.maximum(
        LAST_DAY - rng.integers(0, 700, len(asked)).astype("timedelta64[D]"), asked["since"].to_numpy()
    )
    wealth = asked["wealth"].to_numpy()
    capacity = 1 + np.digitize(wealth, [-0.6, 0.5, 1.5])
    knowledge = np.clip(np.rint(2.5 + 0.7 * wealth + 0.6 * rng.standard_normal(len(asked))), 1, 5).astype(
        np.int64
    )
    return pl.concat([
        _answer_rows(asked, every, days, ("损失承受能力", "问卷", capacity)),
        _answer_rows(asked, every, days, ("投资知识", "问卷", knowledge)),
    ])  # fmt: skip


def _answer_rows(
    asked: pl.DataFrame, rows: NDArray[np.int64], days: NDArray[Any], answer: tuple[str, Any, Any]
) -> pl.DataFrame:
    kind, method, level = answer
    bands = [_BANDS[number - 1] if kind == "损失承受能力" else (None, None) for number in level.tolist()]
    return pl.DataFrame({
        "CUST_NO": asked["customer_id"].gather(rows), "KIND": [kind] * len(rows),
        "METHOD": np.broadcast_to(np.asarray(method), len(rows)), "LEVEL": level,
        "LABEL": [f"C{number}" if kind == "风险承受能力" else None for number in level.tolist()],
        "LOW_AMT": [low for low, _ in bands], "HIGH_AMT": [high for _, high in bands], "ANS_DT": days,
    }, schema_overrides={"LABEL": pl.String, "LOW_AMT": pl.Int64, "HIGH_AMT": pl.Int64})  # fmt: skip


def consents(folk: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return the answers to the question for consent to marketing: given, given for some channels, withdrawn, never asked."""
    rng = stream(seed, "consents")
    size = len(folk)
    habit = picked(rng, {"all": 0.56, "some": 0.19, "withdrawn": 0.12, "never asked": 0.13}, size)
    asked = days_between(rng, np.maximum(folk["since"].to_numpy(), np.datetime64("2021-11-01")), LAST_DAY)
    withdrawn = days_between(rng, asked + np.timedelta64(1, "D"), LAST_DAY)
    whole = np.isin(habit, ["all", "withdrawn"])
    parts = [_consent_rows(folk, whole, "全部", "同意", asked)]
    parts.append(
        _consent_rows(folk, (habit == "withdrawn") & (withdrawn <= LAST_DAY), "全部", "撤回", withdrawn)
    )
    for channel in _CHANNELS:
        answer = np.where(happens(rng, 0.55, size), "同意", "撤回")
        parts.append(_consent_rows(folk, habit == "some", channel, answer, asked))
    return pl.concat(parts).sort("ANS_DT", "CUST_NO", "CHNL").with_columns(_text("ANS_DT"))


def _consent_rows(
    folk: pl.DataFrame, who: NDArray[np.bool_], channel: str, answer: str | NDArray[Any], days: NDArray[Any]
) -> pl.DataFrame:
    return pl.DataFrame({
        "CUST_NO": folk["customer_id"].filter(who), "USE": ["营销"] * int(who.sum()), "CHNL": [channel] * int(who.sum()),
        "ANSWER": np.broadcast_to(np.asarray(answer), len(folk))[who], "ANS_DT": days[who],
    })  # fmt: skip


def preferences(folk: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return what customers asked for: a channel, a language, a topic, or to be left alone."""
    rng = stream(seed, "preferences")
    size = len(folk)
    asked = np.maximum(
        folk["since"].to_numpy(), LAST_DAY - rng.integers(10, 900, size).astype("timedelta64[D]")
    )
    wishes: dict[str, tuple[float, Any]] = {
        "渠道": (0.45, np.where(rng.random(size) < folk["digital"].to_numpy(), "app", "branch")),
        "语言": (0.02, "zh-Hant"),
        "勿扰": (0.04, "true"),
        "关注": (0.25, rng.choice(["理财", "保险", "贷款", "理财,基金"], size)),
    }
    parts = []
    for topic, (share, value) in wishes.items():
        who = rng.random(size) < share
        parts.append(pl.DataFrame({
            "CUST_NO": folk["customer_id"].filter(who), "TOPIC": [topic] * int(who.sum()),
            "VALUE": np.broadcast_to(np.asarray(value), size)[who], "ANS_DT": asked[who],
        }))  # fmt: skip
    return pl.concat(parts).sort("ANS_DT", "CUST_NO", "TOPIC").with_columns(_text("ANS_DT"))


def contact_records(folk: pl.DataFrame, posts: pl.DataFrame, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the contacts with customers, whoever began them, and what became of the offers among them.

    Parameters
    ----------
    folk, posts : DataFrame
        See `made_up.people.people` and `made_up.shelf.staff`.
    seed : int

    Returns
    -------
    contacts, responses : DataFrame
    """
    rng = stream(seed, "contacts")
    active = folk.filter(pl.col("kind") != "inactive")
    inbound, outbound = _inbound(active, rng), _outbound(active, rng)
    every = pl.concat([inbound, outbound]).sort("DAY", "CUST_NO", "CHNL", "DIR", "USE")
    every = every.with_columns(
        CONTACT_NO=pl.format("L{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(8))
    )
    people = posts["EMP_NO"].to_numpy()
    attended = pl.col("CHNL").is_in(["branch", "phone", "adviser"])
    named = every.with_columns(
        EMP_NO=pl.when(attended).then(pl.Series("EMP_NO", rng.choice(people, len(every))))
    )
    contacts = named.select(
        "CONTACT_NO", "CUST_NO", _text("DAY").alias("CONTACT_DT"), "CHNL", "DIR", "USE", "EMP_NO"
    )
    return contacts, _responses(every, rng)


def _inbound(folk: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    digital = folk["digital"].to_numpy()
    rows = np.repeat(np.arange(len(folk)), rng.poisson(7, len(folk)))
    digital_way = rng.random(len(rows)) < digital[rows]
    elsewhere = picked(rng, {"branch": 0.6, "phone": 0.3, "atm": 0.1}, len(rows))
    uses = picked(rng, {"服务": 0.5, "交易": 0.5}, len(rows))
    return _contacts(
        folk, rows, np.where(digital_way, "app", elsewhere), "来", uses, _any_day(folk, rows, rng)
    )


def _outbound(folk: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Contacts of the ordinary kind, with some customers contacted too often of late and some the day before."""
    often, yesterday = happens(rng, 0.05, len(folk)), happens(rng, 0.03, len(folk))
    usual = np.repeat(np.arange(len(folk)), rng.poisson(3.5, len(folk)))
    rush, fresh = np.repeat(np.flatnonzero(often), 5), np.flatnonzero(yesterday)
    rows = np.concatenate([usual, rush, fresh])
    days = np.concatenate([
        _any_day(folk, usual, rng), LAST_DAY - rng.integers(4, 28, len(rush)).astype("timedelta64[D]"),
        np.full(len(fresh), LAST_DAY - np.timedelta64(1, "D")),
    ])  # fmt: skip
    channels = picked(rng, {"app": 0.4, "sms": 0.25, "phone": 0.25, "adviser": 0.1}, len(rows))
    uses = picked(rng, {"营销": 0.6, "服务": 0.25, "强制告知": 0.15}, len(rows))
    return _contacts(folk, rows, channels, "去", uses, np.maximum(days, folk["since"].to_numpy()[rows]))


def _any_day(folk: pl.DataFrame, rows: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.datetime64]:
    return days_between(rng, np.maximum(folk["since"].to_numpy()[rows], FIRST_DAY), LAST_DAY)


def _contacts(
    folk: pl.DataFrame,
    rows: NDArray[Any],
    channels: NDArray[Any],
    direction: str,
    uses: NDArray[Any],
    days: NDArray[Any],
) -> pl.DataFrame:
    return pl.DataFrame({
        "CUST_NO": folk["customer_id"].gather(rows), "CHNL": channels, "DIR": [direction] * len(rows), "USE": uses, "DAY": days,
    })  # fmt: skip


def _responses(every: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    offers = every.filter(pl.col("USE") == "营销")
    answered = pl.Series(
        "DAY", offers["DAY"].to_numpy() + rng.integers(0, 6, len(offers)).astype("timedelta64[D]")
    )
    outcome = picked(rng, {"忽略": 0.55, "拒绝": 0.3, "接受": 0.12, "未送达": 0.03}, len(offers))
    found = offers.select(
        pl.col("CONTACT_NO").str.replace("L", "R").alias("RESP_NO"), "CUST_NO",
        pl.Series("ACTION", picked(rng, _OFFERS, len(offers))), _text(answered).alias("RESP_DT"), pl.Series("OUTCOME", outcome),
    )  # fmt: skip
    return found.filter(pl.Series(answered.to_numpy() <= LAST_DAY))


def complaint_records(folk: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return the complaints with their states: received and still open, or decided later; entered a day after receipt."""
    rng = stream(seed, "complaints")
    who = np.flatnonzero(happens(rng, 0.09, len(folk)))
    open_ = happens(rng, 0.35, len(who))
    received = np.where(
        open_, LAST_DAY - rng.integers(2, 25, len(who)).astype("timedelta64[D]"),
        LAST_DAY - rng.integers(40, 400, len(who)).astype("timedelta64[D]"),
    )  # fmt: skip
    business = picked(rng, dict.fromkeys(_COMPLAINTS, 1.0), len(who))
    reason = [
        _COMPLAINTS[name][choice]
        for name, choice in zip(business.tolist(), rng.integers(0, 2, len(who)).tolist(), strict=True)
    ]
    rows = pl.DataFrame({
        "受理号": [f"TS{number:06d}" for number in range(1, len(who) + 1)], "客户号": folk["customer_id"].gather(who),
        "受理日": np.maximum(received, folk["since"].to_numpy()[who]), "渠道": picked(rng, {"phone": 0.5, "app": 0.3, "branch": 0.2}, len(who)),
        "业务": business, "原因": reason, "处理日数": rng.integers(3, 31, len(who)), "未结": open_,
    })  # fmt: skip
    first = rows.with_columns(
        状态=pl.lit("处理中"), 状态日="受理日", 录入日=pl.col("受理日") + pl.duration(days=1)
    )
    done = pl.col("受理日") + pl.duration(days=pl.col("处理日数"))
    second = rows.filter(~pl.col("未结")).with_columns(状态=pl.lit("已办结"), 状态日=done, 录入日=done)
    both = (
        pl.concat([first, second])
        .filter(pl.col("录入日") <= pl.lit(LAST_DAY).cast(pl.Date))
        .sort("受理号", "状态日")
    )
    dated = [_text(name) for name in ("受理日", "状态日", "录入日")]
    return both.with_columns(dated).select(
        "受理号", "客户号", "受理日", "渠道", "业务", "原因", "状态", "状态日", "录入日"
    )


def _text(column: str | pl.Series) -> pl.Expr:
    days = pl.col(column) if isinstance(column, str) else pl.lit(column)
    return days.cast(pl.Date).dt.to_string("%Y-%m-%d")
