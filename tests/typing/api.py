"""The package as a typed reader uses it: checked by mypy in strict mode, never run."""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import assert_type

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhike.adapters.bank import Bank
from zhike.adapters.decision_files import decide_bank, read_evidence
from zhike.adapters.policy_files import load_policy
from zhike.adapters.replay_windows import windows_of
from zhike.adapters.rule_files import load_rulebook
from zhike.core.contracts import contract
from zhike.core.errors import ZhikeError
from zhike.core.language import LANGUAGES, Language, Text
from zhike.core.rulebook import Rulebook, Version
from zhike.core.tables import Table
from zhike.core.types import Reason
from zhike.core.units import Money, end_of_day
from zhike.decide.explanation import CandidateExplanation, Explanation, explain_action, explain_customer
from zhike.decide.policy import Policy
from zhike.decide.preparation import Preparation, prepare
from zhike.decide.strategy import Block, decide_blocks
from zhike.govern.access_explanation import AccessExplanation, explain_access
from zhike.govern.masking import MASKING, MaskingRules, mask, mask_frame
from zhike.govern.retention import Retention, RetentionRules, retention
from zhike.govern.roles import Access, Actor, Permission, Subject, decide_access
from zhike.know.archive import archive, archive_rules
from zhike.measure.ranking import RankingQuality, ranking_quality
from zhike.measure.replay import Window, WindowResult, replay_window

AT = dt.date(2026, 6, 30)


def decide(folder: Path) -> Iterator[pl.DataFrame]:
    """Decide in memory, block by block."""
    bank = Bank.open(folder)
    rules = assert_type(load_rulebook(), Rulebook)
    policy = assert_type(load_policy(rules, None, AT, bank.manifest.policy), Policy)
    tables = assert_type(bank.tables(), dict[str, pl.LazyFrame])
    prepared = assert_type(prepare(tables, AT, bank.manifest.timezone, rules, policy), Preparation)
    for block in decide_blocks(prepared):
        assert_type(block, Block)
        assert_type(block.judged.verdicts.allowed, NDArray[np.bool_])
        yield block.decisions


def explain(folder: Path, customer: str, language: Language) -> list[str]:
    """Write decisions, read their evidence, explain them in one language."""
    rules = load_rulebook()
    decide_bank(Bank.open(folder), rules, load_policy(rules, "policies.wealth_eu", AT), AT, folder / "out")
    evidence = read_evidence(folder / "out")
    whole = assert_type(explain_customer(evidence, customer), Explanation)
    one = assert_type(explain_action(evidence, customer, "no_action"), CandidateExplanation)
    reasons = assert_type(one.reasons, tuple[Reason, ...])
    assert_type(whole.verdicts, Mapping[str, int])
    return [
        reason.message.render(language, value=reason.value, threshold=reason.threshold) for reason in reasons
    ]


def measure(folder: Path) -> list[WindowResult]:
    """Replay the windows of a range."""
    bank, rules = Bank.open(folder), load_rulebook()
    policy = load_policy(rules, "policies.wealth_eu", AT)
    windows = assert_type(
        windows_of(bank, None, (AT, AT, 30), "evaluation", lambda _: policy.horizon_days), list[Window]
    )
    assert_type(ranking_quality(np.zeros((1, 1), np.int64), np.ones((1, 1), np.bool_), 1), RankingQuality)
    return [replay_window(bank.tables(), window, bank.manifest.timezone, rules, policy) for window in windows]


def know(folder: Path) -> pl.LazyFrame:
    """Build the archive of a day."""
    rules = load_rulebook()
    version = assert_type(rules.at("contact.caps", AT), Version)
    assert_type(version.title, Text)
    return archive(Bank.open(folder).tables(), AT, "UTC", archive_rules(rules, AT, None))


def ask(row: Mapping[str, object]) -> dict[str, object]:
    """Ask for a permission, show what it opens, say why, and what erasure would do."""
    rules, actor = load_rulebook(), Actor("S1", ("adviser",), book=frozenset({"C1"}))
    access, subject = Access.of(rules), assert_type(actor.subject("C1", None), Subject)
    found = assert_type(decide_access(access, actor, "customer.view", subject, "advice", AT), Permission)
    assert_type(explain_access(access, actor, "customer.view", None, "advice", AT), AccessExplanation)
    assert_type(retention(RetentionRules.of(rules, AT), "answers", "words", None), Retention)
    masks = MaskingRules.of(rules.at(MASKING, AT))
    assert_type(mask_frame(pl.LazyFrame(), {}, found.highest_class, masks), pl.LazyFrame)
    return mask(row, {"customer_id": "C2"}, found.highest_class, masks)


def values() -> tuple[int, dt.datetime, Table]:
    """Money, instants, contracts."""
    money = Money.from_minor(1234, "EUR", {}) + Money.from_minor(1, "EUR", {})
    return assert_type(money.to_minor({}), int), end_of_day(AT, "Asia/Shanghai"), contract("holdings")


def complain(error: ZhikeError) -> list[str]:
    """Say an error in every language."""
    return [error.render(language) for language in LANGUAGES]
