"""`zhike deadline`: by when a complaint has to be dealt with, under which rule, and how that date is found."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - read when the command is made
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, show_table, write
from zhike.cli.options import AsJson, Lang, RulebookFolder  # noqa: TC001 - read when the command is made
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import both, either, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.core.language import Language
    from zhike.core.rulebook import Rulebook
    from zhike.govern.deadlines import CaseEvent, Clock, Regime

__all__ = ["register"]

_COLUMNS: Final = (
    Text("clock", "时钟", "時鐘"),
    Text("state", "状态", "狀態"),
    Text("legal date", "法定期限", "法定期限"),
    Text("safe date", "稳妥日期", "穩妥日期"),
    Text("what it is", "事项", "事項"),
    Text("rule", "依据", "依據"),
)
_LISTED: Final = (
    Text("regime", "规则体系", "規則體系"),
    Text("since", "生效日", "生效日"),
    Text("until", "失效日", "失效日"),
    Text("status", "状态", "狀態"),
    Text("title", "标题", "標題"),
    Text("clocks", "时钟", "時鐘"),
)
_HEAD: Final = Text(
    "{title} ({regime}, version {version}), received {received}, as of {at}",
    "{title}（{regime}，{version} 版），收到 {received}，截至 {at}",
    "{title}（{regime}，{version} 版），收到 {received}，截至 {at}",
)
_PROVISIONAL: Final = Text("{rule} (provisional)", "{rule}（暂定）", "{rule}（暫定）")
_DRAFT: Final = Text("draft, not enabled", "草案，未启用", "草案，未啟用")
_STATUS: Final = {
    "confirmed": Text("confirmed", "已确认", "已確認"),
    "provisional": Text("provisional", "暂定", "暫定"),
}
_NEEDED: Final = ("--regime", "--received")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    summary = said(
        "Compute the deadlines of a complaint: legal date, safe date, rule and every step.",
        "计算投诉处理期限：法定期限、稳妥日期、依据与每一步。",
        "計算申訴處理期限：法定期限、穩妥日期、依據與每一步。",
    )
    example = "Example: zhike deadline --regime cn-cbirc-2020-3 --received 2026-02-02 --complexity complex"
    app.command("deadline", help=summary, epilog=example)(_deadline)


def _deadline(  # noqa: PLR0913 - one parameter an option
    regime: Annotated[
        str | None,
        typer.Option("--regime", metavar="ID", help=said("Regime; --list shows them.", "规则体系；用 --list 查看。", "規則體系；用 --list 檢視。")),
    ] = None,
    received: Annotated[
        str | None,
        typer.Option("--received", metavar="TIME", help=said("Receipt: a day or time of the regime's zone, or a time with its offset.", "收到时间：规则所在时区的日期或时刻，或带时区偏移的时刻。", "收到時間：規則所在時區的日期或時刻，或帶時區偏移的時刻。")),
    ] = None,
    complexity: Annotated[
        str,
        typer.Option("--complexity", metavar="WORD", help="simple | complex | special"),
    ] = "simple",
    events: Annotated[
        Path | None,
        typer.Option("--events", metavar="FILE", help=said("What happened to the case: JSON or YAML.", "案件经过：JSON 或 YAML 文件。", "案件經過：JSON 或 YAML 檔。")),
    ] = None,
    matter: Annotated[
        str | None,
        typer.Option("--matter", metavar="NAME", help=said("Class of complaints that the regulator may have suspended.", "监管机构可能已中止计时的投诉类别。", "監管機構可能已中止計時的申訴類別。")),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="TIME", help=said("As of a past day's end, or a time, of the regime's zone or with its offset; default: now.", "截至过去某日终，或某一时刻（规则所在时区或带时区偏移）；默认现在。", "截至過去某日終，或某一時刻（規則所在時區或帶時區偏移）；預設現在。")),
    ] = None,
    *,
    listed: Annotated[
        bool,
        typer.Option("--list", help=said("List the regimes and their clocks.", "列出规则体系及其时钟。", "列出規則體系及其時鐘。")),
    ] = False,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    from zhike.adapters.rule_files import load_rulebook

    language, book = chosen_language(lang), load_rulebook(rulebook)
    if listed:
        _list(book, language, as_json=as_json)
    elif regime is None or received is None:
        missing = [name for name, given in zip(_NEEDED, (regime, received), strict=True) if given is None]
        raise UsageError(what=phrase("no {names}", names=", ".join(missing)), expected=both(_NEEDED))
    else:
        case, happened = _Case.of(book, regime, received, at, events)
        found = case.clocks(book, complexity, happened, matter)
        if as_json:
            emit_json(case.told(found, complexity, language))
        else:
            _show(case, found, language)


@dataclass(frozen=True, slots=True)
class _Case:
    """A complaint that was received, under a regime, looked at as of an instant."""

    regime: Regime
    received: dt.datetime
    at: dt.datetime

    @classmethod
    def of(
        cls, book: Rulebook, name: str, received: str, at: str | None, file: Path | None
    ) -> tuple[_Case, tuple[CaseEvent, ...]]:
        """Read the options: a case, and what happened to it.

        Without ``--at`` what is to come is a question, "if it went like this", answered with what is known now; with it, nothing later
        than that instant exists.
        """
        from zhike.act.acting import moment as moment_of
        from zhike.adapters.clock import SystemClock
        from zhike.govern.deadlines import as_of, regime_of

        now, given = moment_of(SystemClock().now()), _moment("--received", received)
        regime = regime_of(
            book, name, given if _has_offset(given) else dt.date(given.year, given.month, given.day)
        )
        start = _instant("--received", given, regime, dt.time.min)
        events = _events(file, regime)
        if at is None:
            return cls(regime, start, as_of(now, start, events)), events
        until = _instant("--at", _moment("--at", at), regime, dt.time.max)
        if until.astimezone(regime.zone).date() > now.astimezone(regime.zone).date():
            expected = phrase("a day up to today, {today}", today=now.astimezone(regime.zone).date())
            raise UsageError(
                what=phrase("{option} {at}, a day to come", option="--at", at=at), expected=expected
            )
        return cls(regime, start, until), events

    def clocks(
        self, book: Rulebook, complexity: str, events: Sequence[CaseEvent], matter: str | None
    ) -> tuple[Clock, ...]:
        """Return the clocks of the case."""
        from zhike.govern.deadlines import Calendars, clocks

        calendars = Calendars.of(book)
        return clocks(self.regime, self.received, complexity, events, calendars, self.at, matter=matter)

    def told(self, found: Sequence[Clock], complexity: str, language: Language) -> dict[str, Any]:
        """Return what the command prints as JSON."""
        from zhike.govern.deadlines.telling import told_clocks

        told = told_clocks(self.regime, found, language)
        return {
            **told,
            "received": self.received.isoformat(),
            "complexity": complexity,
            "at": self.at.isoformat(),
        }


def _events(file: Path | None, regime: Regime) -> tuple[CaseEvent, ...]:
    """Read what happened, or is asked about as if it had."""
    from zhike.adapters.case_files import read_case_events

    return () if file is None else read_case_events(file, regime.zone)


def _moment(option: str, text: str) -> dt.date | dt.datetime:
    """Return a day or a time, as it was written."""
    found: dt.date | dt.datetime | None = None
    for read in (dt.date.fromisoformat, dt.datetime.fromisoformat):
        try:
            found = found or read(text)
        except ValueError:
            continue
    if found is None or not dt.MINYEAR < found.year < dt.MAXYEAR:
        expected = either(
            [
                phrase("a day such as 2026-02-01"),
                phrase("a time such as 2026-06-30T09:00 or 2026-06-30T09:00:00+08:00"),
            ]
        )
        raise UsageError(what=f"{option} {text!r}", expected=expected)
    return found


def _has_offset(moment: dt.date | dt.datetime) -> bool:
    return isinstance(moment, dt.datetime) and moment.tzinfo is not None


def _instant(option: str, moment: dt.date | dt.datetime, regime: Regime, time: dt.time) -> dt.datetime:
    """Return an instant; a day or a time without offset is one of the regime's zone."""
    from zhike.govern.deadlines.case_events import aware, local_time

    if not isinstance(moment, dt.datetime):
        return dt.datetime.combine(moment, time, tzinfo=regime.zone)
    found = aware(moment, regime.zone)
    if found is None:
        raise UsageError(what=f"{option} {moment.isoformat()!r}", expected=local_time(regime.zone))
    return found


def _list(book: Rulebook, language: Language, *, as_json: bool) -> None:
    from zhike.govern.deadlines import regimes
    from zhike.govern.deadlines.telling import told_regime

    told = [told_regime(one, language) for one in regimes(book)]
    if as_json:
        emit_json({"regimes": told})
        return
    rows = [
        (
            one["id"], one["version"], one["until"] or "-",
            (_STATUS[one["status"]] if one["enabled"] else _DRAFT).in_language(language), one["title"], ", ".join(one["clocks"]),
        )
        for one in told
    ]  # fmt: skip
    show_table("", [head.in_language(language) for head in _LISTED], rows)


def _show(case: _Case, found: Sequence[Clock], language: Language) -> None:
    from zhike.govern.deadlines import words

    told = {
        "title": case.regime.title.in_language(language), "regime": case.regime.id, "version": case.regime.version,
        "received": _hour(case.received, case.regime), "at": _hour(case.at, case.regime),
    }  # fmt: skip
    write(_HEAD.render(language, **told))
    rows = [
        (
            clock.id, words.STATES[clock.state].in_language(language), _due(clock), clock.safe_due or "-",
            clock.title.in_language(language), _rule(clock, language),
        )
        for clock in found
    ]  # fmt: skip
    show_table("", [head.in_language(language) for head in _COLUMNS], rows)
    for clock in found:
        write()
        write(f"{clock.id}: {clock.title.in_language(language)}")
        notes = [clock.condition] if clock.condition is not None else []
        for text in (*notes, *clock.steps):
            write(f"  {text.in_language(language)}")


def _due(clock: Clock) -> str:
    if clock.legal_due is None:
        return "-"
    hour = clock.closes_at
    return (
        f"{clock.legal_due} {hour:%H:%M}" if hour is not None and hour.second == 0 else str(clock.legal_due)
    )


def _rule(clock: Clock, language: Language) -> str:
    rule = clock.reference
    return _PROVISIONAL.render(language, rule=rule) if clock.status == "provisional" else rule


def _hour(instant: dt.datetime, regime: Regime) -> str:
    return instant.astimezone(regime.zone).isoformat(timespec="minutes")
