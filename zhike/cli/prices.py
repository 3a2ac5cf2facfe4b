"""What is scarce, as people read it: limits, what is used, what one more unit is worth, who got the last slot and who was next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import show_table, write
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhike.core.language import Language
    from zhike.decide.charges import CandidateCharges, Charge

__all__ = [
    "charge_lines",
    "charges_json",
    "conflict_lines",
    "show_allocation",
    "show_prices",
    "status_told",
    "unit_told",
]

_HEAD: Final = Text(
    "One plan over all customers: {status}, value {objective:,.2f} {currency}, at most {gap} below the best there is",
    "面向全体客户的统一计划：{status}，价值 {objective:,.2f} {currency}，与最优的差距至多为 {gap}",
    "面向全體客戶的統一計畫：{status}，價值 {objective:,.2f} {currency}，與最佳的差距至多為 {gap}",
)
_STATUSES: Final = {
    "optimal": Text("optimal", "最优", "最佳"),
    "feasible": Text("feasible", "可行", "可行"),
    "relaxed": Text("some limits loosened", "部分限额已放宽", "部分限額已放寬"),
}
_SCARCE: Final = Text("What is scarce", "稀缺资源", "稀缺資源")
_ROW: Final = Text("row", "约束", "約束")
_LIMIT: Final = Text("limit", "限额", "限額")
_USED: Final = Text("used", "已用", "已用")
_PRICE: Final = Text("worth of one more", "多一单位的价值", "多一單位的價值")
_OWNER: Final = Text("owner", "负责方", "負責方")
_LAST: Final = Text("last slot", "最后一个名额", "最後一個名額")
_NEXT: Final = Text("next in line", "下一位", "下一位")
_SLOT: Final = Text(
    "{customer_id} {action_id} ({margin:.2f} {currency})",
    "{customer_id} {action_id}（{margin:.2f} {currency}）",
    "{customer_id} {action_id}（{margin:.2f} {currency}）",
)
_PER: Final = Text(
    "{price:,.2f} {currency} / {unit}", "{price:,.2f} {currency}／{unit}", "{price:,.2f} {currency}／{unit}"
)
_UNITS: Final = {
    "contacts": Text("contact", "次触达", "次接觸"),
    "hours": Text("hour", "小时", "小時"),
}
_CONFLICT: Final = Text(
    "Not all limits can hold together. Together they conflict: {rows}.",
    "限额无法同时满足。相互冲突的约束：{rows}。",
    "限額無法同時滿足。相互衝突的約束：{rows}。",
)
_LOOSENED: Final = Text(
    "Loosened: {row} by {amount:,.2f}, to {kept}.",
    "已放宽：{row}，放宽 {amount:,.2f}，至 {kept}。",
    "已放寬：{row}，放寬 {amount:,.2f}，至 {kept}。",
)
_NET: Final = Text(
    "at the prices of what is scarce: value {value:,.2f} - charges {charges:,.2f} = {net:,.2f} {currency}",
    "按稀缺资源的价格：价值 {value:,.2f} - 占用费 {charges:,.2f} = {net:,.2f} {currency}",
    "按稀缺資源的價格：價值 {value:,.2f} - 占用費 {charges:,.2f} = {net:,.2f} {currency}",
)
_CHARGE: Final = Text(
    "{charge:+,.2f} {currency}  {row}: {price} x {use:g}",
    "{charge:+,.2f} {currency}  {row}：{price} x {use:g}",
    "{charge:+,.2f} {currency}  {row}：{price} x {use:g}",
)
_MISSED: Final = Text(
    "scarce: it missed by {missed:,.2f} {currency}.",
    "资源稀缺：差 {missed:,.2f} {currency}。",
    "資源稀缺：差 {missed:,.2f} {currency}。",
)
_MARGIN: Final = Text(
    "The last slot of '{row}' went to a candidate worth {margin:,.2f} {currency} more than its charges; this one was worth {missed:,.2f} less than its own.",
    "“{row}”的最后一个名额给了价值高出占用费 {margin:,.2f} {currency} 的候选；本候选比占用费低 {missed:,.2f}。",
    "「{row}」的最後一個名額給了價值高出占用費 {margin:,.2f} {currency} 的候選；本候選比占用費低 {missed:,.2f}。",
)


def show_allocation(found: Mapping[str, Any], language: Language) -> None:
    """Print the plan's status and one line a row: limit, what is used, what one more unit is worth."""
    write(_headline(found, language))
    for line in conflict_lines(found, language):
        write(line)
    heads = [head.in_language(language) for head in (_ROW, _LIMIT, _USED, _PRICE)]
    show_table(_SCARCE.in_language(language), heads, [_cells(row, found, language) for row in found["rows"]])


def show_prices(found: Mapping[str, Any], language: Language) -> None:
    """Print the same with owners, and who got the last slot of every row and who was next, each with the margin."""
    write(_headline(found, language))
    for line in conflict_lines(found, language):
        write(line)
    heads = [head.in_language(language) for head in (_ROW, _LIMIT, _USED, _PRICE, _OWNER, _LAST, _NEXT)]
    rows = [
        (
            *_cells(row, found, language),
            row["owner"],
            *(_slot(row[key], found, language) for key in ("last", "next")),
        )
        for row in found["rows"]
    ]
    show_table(_SCARCE.in_language(language), heads, rows)


def conflict_lines(found: Mapping[str, Any], language: Language) -> Iterator[str]:
    """Yield which rows cannot hold together, and what was loosened."""
    if found["conflict"] is None:
        return
    titles = {row["id"]: row["title"][language] for row in found["rows"]}
    yield _CONFLICT.render(
        language, rows=", ".join(titles.get(name, name) for name in found["conflict"]["rows"])
    )
    for row in found["rows"]:
        if row["loosened_by"] > 0:
            sign = -1 if row["sense"] == "minimum" else 1
            kept = _limit(row["sense"], row["limit"] + sign * row["loosened_by"])
            yield _LOOSENED.render(language, row=row["title"][language], amount=row["loosened_by"], kept=kept)


def unit_told(unit: str, language: Language) -> str:
    """Return the word for one unit of a row; a currency stays as it is."""
    return _UNITS[unit].in_language(language) if unit in _UNITS else unit


def status_told(status: str, language: Language) -> str:
    """Return how good a plan is, in words."""
    return _STATUSES[status].in_language(language)


def charge_lines(
    charges: CandidateCharges, currency: str, language: Language, *, chosen: bool
) -> Iterator[str]:
    """Yield how a candidate stands at the prices: value less charges, every charge, and what it missed if it was not chosen."""
    total = charges.value - charges.net
    yield _NET.render(language, value=charges.value, charges=total, net=charges.net, currency=currency)
    for one in charges.charges:
        price = _PER.render(language, price=one.price, currency=currency, unit=unit_told(one.unit, language))
        row = one.title.in_language(language)
        yield "  " + _CHARGE.render(
            language, charge=one.charge, currency=currency, row=row, price=price, use=one.use
        )
    if charges.missed_by is not None and not chosen:
        yield from _missed(charges, charges.missed_by, currency, language)


def _missed(charges: CandidateCharges, missed: float, currency: str, language: Language) -> Iterator[str]:
    told = [one for one in charges.charges if one.charge > 0 and one.last_margin is not None]
    if not told:
        yield _MISSED.render(language, missed=missed, currency=currency)
    for one in told:
        row = one.title.in_language(language)
        yield _MARGIN.render(language, row=row, margin=one.last_margin, missed=missed, currency=currency)


def charges_json(charges: CandidateCharges | None, language: Language) -> dict[str, Any] | None:
    """Return a candidate at the prices for machines."""
    if charges is None:
        return None
    told = [_charge_json(one, language) for one in charges.charges]
    return {"value": charges.value, "net": charges.net, "missed_by": charges.missed_by, "charges": told}


def _charge_json(one: Charge, language: Language) -> dict[str, Any]:
    return {
        "row": one.row, "title": one.title.in_language(language), "unit": one.unit, "price": one.price, "use": one.use,
        "charge": one.charge, "last_margin": one.last_margin,
    }  # fmt: skip


def _headline(found: Mapping[str, Any], language: Language) -> str:
    status = status_told(found["status"], language)
    gap = f"{100 * found['gap']:.3g} %"
    return _HEAD.render(
        language, status=status, objective=found["objective"], currency=found["currency"], gap=gap
    )


def _cells(row: Mapping[str, Any], found: Mapping[str, Any], language: Language) -> tuple[str, str, str, str]:
    price = _PER.render(
        language, price=row["price"], currency=found["currency"], unit=unit_told(row["unit"], language)
    )
    return (
        row["title"][language],
        _limit(row["sense"], row["limit"]),
        f"{row['used']:,.2f}",
        price if row["price"] > 0 else "-",
    )


def _limit(sense: str, limit: float) -> str:
    return f"{'≥' if sense == 'minimum' else '≤'} {limit:,.2f}"


def _slot(slot: Mapping[str, Any] | None, found: Mapping[str, Any], language: Language) -> str:
    if slot is None:
        return "-"
    # Adding zero turns the -0.0 of a rounded margin into 0.0.
    return _SLOT.render(
        language, currency=found["currency"], **{**slot, "margin": round(slot["margin"], 2) + 0.0}
    )
