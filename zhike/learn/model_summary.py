"""What is said of the models of one name at a glance, and what the steps of their history are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import Text
from zhike.learn.model_history import champion_of, crowning_step
from zhike.learn.promotion import open_promotion

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from zhike.learn.model_history import ModelStep, StepKind

__all__ = ["STEP_WORDS", "summary_of"]

STEP_WORDS: Final[Mapping[StepKind, Text]] = {
    "kept": Text("kept", "已保存", "已保存"),
    "checked": Text("compared with the bank", "已与数据对比", "已與資料對比"),
    "proposed": Text("proposed", "已提议", "已提議"),
    "approved": Text("approved", "已批准", "已核准"),
    "refused": Text("refused", "已否决", "已否決"),
    "withdrawn": Text("withdrawn", "已撤回", "已撤回"),
    "promoted": Text("put in force", "已启用", "已啟用"),
    "turned_down": Text("turned down at the gate", "未通过准入", "未通過准入"),
    "rolled_back": Text("put back in force", "已回退启用", "已回復啟用"),
}
"""What each kind of step is called."""


def summary_of(name: str, history: Sequence[ModelStep], at: dt.datetime) -> dict[str, Any]:
    """Return versions, which is in force since when, the open proposal and the number of steps, as JSON values.

    Parameters
    ----------
    name : str
    history : sequence of ModelStep
        Of the models of this name.
    at : datetime
        Now, with its zone: a proposal that nobody approves lapses.
    """
    crowned, standing = crowning_step(history), open_promotion(history, at)
    return {
        "name": name,
        "versions": [step.version for step in history if step.kind == "kept"],
        "champion": champion_of(history),
        "since": None if crowned is None else crowned.at.isoformat(),
        "open_proposal": None if standing is None else standing.proposal.proposal_id,
        "steps": len(history),
    }
