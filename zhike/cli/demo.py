"""`zhike demo`: simulate a bank, decide for it, explain three customers, play policies, prove the decisions, write a report."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import chosen_language, emit_json, show_progress, write
from zhike.cli.demo_story import Wanted, funnel_of, losses_of, months_of, prices_of, story_of
from zhike.cli.demo_words import STEPS, said
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from zhike.adapters.bank import Bank
    from zhike.cli.demo_cases import Case, Told
    from zhike.core.language import Language
    from zhike.core.rulebook import Rulebook
    from zhike.lab.dividend import Dividend
    from zhike.lab.run import Run

__all__ = ["Wanted", "demo"]

_MARKER: Final = "demo.json"
_MADE_BY: Final = "zhike demo"
_POLICIES: Final = ("nothing", "standard", "tiered", "propensity", "zhike", "oracle")
_OURS: Final = "zhike"
_PROCESSES: Final = 2
_FOREIGN: Final = phrase("a new folder, or one that `zhike demo` made")


def demo(out: Path, wanted: Wanted, *, as_json: bool = False, lang: str | None = None) -> int:
    """Walk from nothing to a bank, decisions, played policies and a report.

    Parameters
    ----------
    out : Path
        Folder to work in: new, or left by an earlier demonstration. The same call twice gives the same files.
    wanted : Wanted
    as_json : bool
        Print one JSON document instead of the story.
    lang : str or None
        Language of the story and of the report.

    Returns
    -------
    int
        0, or 1 when the decisions did not come out again byte for byte.

    Raises
    ------
    UsageError
        When the folder holds something else, or the bank cannot be built as wanted.
    """
    show = _Show(out, wanted, chosen_language(lang), quiet=as_json)
    show.prepare()
    found = show.walk()
    if as_json:
        emit_json(_payload(show, found))
    return 0 if found.proof["identical"] else 1


@dataclass(frozen=True, slots=True)
class _Found:
    """What the steps left behind."""

    bank: Bank
    plan: dict[str, Any]
    cases: list[Case]
    played: Run
    dividend: Dividend
    proof: dict[str, Any]


@dataclass(slots=True)
class _Show:
    """One demonstration: where, what, in which language, and how long each step took."""

    out: Path
    wanted: Wanted
    language: Language
    quiet: bool
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def bank(self) -> Path:
        return self.out / "bank"

    @property
    def truth(self) -> Path:
        from zhike.lab.truth import truth_folder

        return truth_folder(self.bank)

    @property
    def decisions(self) -> Path:
        return self.out / "decisions"

    @property
    def report(self) -> Path:
        return self.out / "report.html"

    def prepare(self) -> None:
        """Take the folder, or refuse it before anything is written."""
        from zhike.adapters.seal import refuse_sealed
        from zhike.lab.simulated_bank import Order

        Order(self.wanted.customers, self.wanted.history, self.wanted.seed).check()
        refuse_sealed(self.out)
        if not _is_ours(self.out):
            from zhike.core.errors import UsageError

            raise UsageError(
                what=phrase("--out {out}, which holds something else", out=self.out), expected=_FOREIGN
            )
        self.out.mkdir(parents=True, exist_ok=True)
        marker = {"made by": _MADE_BY, **dataclasses.asdict(self.wanted)}
        (self.out / _MARKER).write_text(json.dumps(marker) + "\n", "utf-8")

    def walk(self) -> _Found:
        """Take the six steps."""
        from zhike.adapters.rule_files import load_rulebook
        from zhike.lab.simulated_bank import LAST_DAY

        rules, wanted = load_rulebook(), self.wanted
        with self._step(
            "simulate", customers=f"{wanted.customers:,}", history=wanted.history, seed=wanted.seed
        ):
            bank = _simulate(self, rules)
        with self._step("decide", at=LAST_DAY):
            plan = _decide(self, bank, rules)
        with self._step("explain"):
            cases, told = _explain(self)
        with self._step("play", months=wanted.months):
            played, dividend = _play(self)
        with self._step("prove"):
            proof = _prove(self, bank, rules)
        found = _Found(bank, plan, cases, played, dividend, proof)
        with self._step("report"):
            _report(self, found, told)
        self._finish()
        return found

    def told(self, what: str, **values: object) -> None:
        """Print a sentence, unless JSON was asked for."""
        if not self.quiet:
            write("  " + said(what, self.language, **values))

    def printed(self, printer: Callable[..., None], *what: object) -> None:
        """Have something printed in the language, unless JSON was asked for."""
        if not self.quiet:
            printer(*what, self.language)

    @contextlib.contextmanager
    def _step(self, name: str, **values: object) -> Iterator[None]:
        if not self.quiet:
            number = len(self.seconds) + 1
            heading = STEPS[number - 1].render(self.language, **values)
            write(said("step", self.language, number=number, what=heading))
            sys.stdout.flush()
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 1)

    def _finish(self) -> None:
        comma = said("comma", self.language)
        parts = comma.join(f"[{place}] {one:.0f}" for place, one in enumerate(self.seconds.values(), start=1))
        self.told("done", total=sum(self.seconds.values()), parts=parts)


def _is_ours(out: Path) -> bool:
    """Return whether a folder is new, empty, or left by an earlier demonstration."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return True
    try:
        return bool(json.loads((out / _MARKER).read_text("utf-8"))["made by"] == _MADE_BY)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _simulate(show: _Show, rules: Rulebook) -> Bank:
    """Build bank and truth anew: the same order gives the same bytes, and what an interrupted run left is gone."""
    from zhike.adapters.bank import Bank
    from zhike.cli.demo_story import first_day
    from zhike.lab.simulated_bank import LAST_DAY, Order, build

    for folder in (show.bank, show.truth):
        shutil.rmtree(folder, ignore_errors=True)
    order = Order(show.wanted.customers, show.wanted.history, show.wanted.seed)
    with show_progress("simulate", quiet=show.quiet) as progress:
        build(show.bank, order, None, rules, progress)
    bank = Bank.open(show.bank)
    rows = {name: count for name, count in bank.rows().items() if count}
    first = first_day(show.wanted, LAST_DAY)
    show.told(
        "bank",
        rows=f"{sum(rows.values()):,}",
        tables=len(rows),
        first=first,
        last=LAST_DAY,
        bank=show.bank,
    )
    show.told("nobody", truth=show.truth)
    return bank


def _decide(show: _Show, bank: Bank, rules: Rulebook) -> dict[str, Any]:
    from zhike.adapters.decision_files import decide_bank
    from zhike.adapters.policy_files import load_policy
    from zhike.cli.demo_console import show_decided
    from zhike.lab.simulated_bank import LAST_DAY

    policy = load_policy(rules, None, LAST_DAY, bank.manifest.policy)
    with show_progress("decide", quiet=show.quiet) as progress:
        plan = decide_bank(bank, rules, policy, LAST_DAY, show.decisions, progress)
    show.printed(show_decided, plan["summary"], funnel_of(plan))
    return plan


def _explain(show: _Show) -> tuple[list[Case], list[Told]]:
    from zhike.adapters.decision_files import read_evidence
    from zhike.cli.demo_cases import find_cases, tell
    from zhike.cli.demo_console import show_told

    cases, evidence = find_cases(show.decisions), read_evidence(show.decisions)
    told = [tell(evidence, case, show.language) for case in cases]
    show.printed(show_told, told)
    return cases, told


def _play(show: _Show) -> tuple[Run, Dividend]:
    from zhike.cli.demo_console import show_dividend, show_prices
    from zhike.lab.dividend import dividend
    from zhike.lab.run import run

    with show_progress("play", quiet=show.quiet) as progress:
        played = run(show.bank, None, _POLICIES, show.wanted.months, None, _PROCESSES, progress)
    found, evidence = dividend(played), played.played[_OURS].evidence
    if evidence is not None:
        show.printed(show_prices, evidence)
    show.printed(show_dividend, found)
    return played, found


def _prove(show: _Show, bank: Bank, rules: Rulebook) -> dict[str, Any]:
    from zhike.adapters.decision_files import differences

    proof = differences(show.decisions, bank, rules)
    if proof["identical"]:
        show.told("identical", decisions=f"{proof['decisions']:,}")
    else:
        odd = [name for name, hashes in proof["files"].items() if len(set(hashes.values())) > 1]
        show.told(
            "different",
            different=len(proof["different_decisions"]),
            decisions=f"{proof['decisions']:,}",
            files=", ".join(odd) or "-",
            changed=", ".join(proof["changed_inputs"]) or "-",
        )
    show.told("no_truth", bank=show.bank, truth=show.truth)
    return proof


def _report(show: _Show, found: _Found, told: list[Told]) -> None:
    from zhike.cli.demo_cases import example_of
    from zhike.cli.demo_console import show_next
    from zhike.cli.report import write_report
    from zhike.lab.simulated_bank import LAST_DAY

    examples = [example_of(one) for one in told]
    story = story_of(
        show.wanted, found.bank, LAST_DAY, found.played, found.dividend, funnel_of(found.plan), examples, show.language
    )  # fmt: skip
    write_report(show.report, story, show.language)
    show.told("report", report=show.report)
    customer = found.cases[0].customer_id if found.cases else "C0000000"
    places = {"bank": show.bank, "decisions": show.decisions, "customer": customer, "at": LAST_DAY}
    show.printed(show_next, places)


def _payload(show: _Show, found: _Found) -> dict[str, Any]:
    dividend, evidence = found.dividend, found.played.played[_OURS].evidence
    return {
        **dataclasses.asdict(show.wanted), "at": found.plan["at"], "bank": show.bank, "truth": show.truth,
        "decisions": show.decisions, "report": show.report, "rows": dict(found.bank.rows()),
        "funnel": found.plan["funnel"], "summary": found.plan["summary"], "identical": found.proof["identical"],
        "examples": {case.kind: {"customer_id": case.customer_id, "action_id": case.action_id} for case in found.cases},
        "prices": [] if evidence is None else [dataclasses.asdict(one) for one in prices_of(evidence)],
        "by_month": dataclasses.asdict(months_of(found.played)),
        "dividend": {policy: {name: dataclasses.asdict(one) for name, one in figures.items()} for policy, figures in dividend.less_reference.items()},
        "regret": {policy: {**dataclasses.asdict(lost), "share": dividend.regret_share.get(policy)} for policy, lost in dividend.regret.items()},
        "losses": [dataclasses.asdict(loss) for loss in dividend.losses], "compared": dividend.compared,
        "groups_worse": [dataclasses.asdict(loss) for loss in losses_of(dividend)],
        "seconds": show.seconds,
    }  # fmt: skip
