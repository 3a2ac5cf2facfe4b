"""`zhike models propose` and what follows: how a version comes into force on the word of two persons, and back out of it."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads annotations when it runs
from typing import TYPE_CHECKING, Annotated, Final

import typer

from zhike.cli.console import chosen_language, said
from zhike.cli.models import Name, Place, Signed  # noqa: TC001 - as above
from zhike.cli.option_groups import Answer, option_groups

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.adapters.model_desk import ModelDesk, Taken

__all__ = ["register"]

Version = Annotated[
    str,
    typer.Argument(metavar="VERSION", help=said("Version, the beginning of one, or latest.", "版本号、其开头，或 latest。", "版本號、其開頭，或 latest。")),
]  # fmt: skip
ProposalId = Annotated[
    str,
    typer.Argument(metavar="PROPOSAL", help=said("Proposal, such as p3.", "提议编号，如 p3。", "提議編號，如 p3。")),
]  # fmt: skip
Why = Annotated[str, typer.Option("--reason", help=said("Why.", "理由。", "理由。"))]


def register(app: typer.Typer) -> None:
    """Add the commands to `zhike models`."""
    for name, (command, summary, example) in _COMMANDS.items():
        app.command(name, help=summary, epilog=f"Example: zhike models {name} {example}")(
            option_groups(command)
        )


def _propose(
    place: Place,
    name: Name,
    version: Version,
    reading: Annotated[
        Path,
        typer.Option("--reading", metavar="FILE", help=said("What it would gain over the one in force: the answer of `zhike value --json`, or a reading as JSON.", "相对启用版本的增益：`zhike value --json` 的输出，或 JSON 格式的读数。", "相對啟用版本的增益：`zhike value --json` 的輸出，或 JSON 格式的讀數。")),
    ],
    reason: Why,
    signed: Signed,
    answer: Answer,
) -> None:  # fmt: skip
    from zhike.adapters.gate_readings import Claim, read_gate_reading

    desk = signed.desk(place)
    found = read_gate_reading(reading, Claim.of(desk.registry, name, version), desk.acting)
    _tell(desk, name, desk.propose(name, version, found, signed.by, reason), answer)


def _approve(
    place: Place, name: Name, proposal: ProposalId, reason: Why, signed: Signed, answer: Answer
) -> None:
    desk = signed.desk(place)
    _tell(desk, name, desk.review(name, proposal, signed.by, reason, approve=True), answer)


def _refuse(
    place: Place, name: Name, proposal: ProposalId, reason: Why, signed: Signed, answer: Answer
) -> None:
    desk = signed.desk(place)
    _tell(desk, name, desk.review(name, proposal, signed.by, reason, approve=False), answer)


def _withdraw(
    place: Place, name: Name, proposal: ProposalId, reason: Why, signed: Signed, answer: Answer
) -> None:
    desk = signed.desk(place)
    _tell(desk, name, desk.withdraw(name, proposal, signed.by, reason), answer)


def _promote(place: Place, name: Name, proposal: ProposalId, signed: Signed, answer: Answer) -> None:
    desk = signed.desk(place)
    _tell(desk, name, desk.promote(name, proposal, signed.by), answer)


def _rollback(
    place: Place,
    name: Name,
    reason: Why,
    signed: Signed,
    *,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="VERSION", help=said("Version, or the beginning of one; default: the one in force before.", "版本号或其开头；默认为上一个启用版本。", "版本號或其開頭；預設為上一個啟用版本。")),
    ] = None,
    answer: Answer,
) -> None:  # fmt: skip
    desk = signed.desk(place)
    _tell(desk, name, desk.roll_back(name, to, signed.by, reason), answer)


def _tell(desk: ModelDesk, name: str, taken: Taken, answer: Answer) -> None:
    """Print a step that was taken, and leave: with 1 where the gate turned the version down."""
    from zhike.cli.models_told import show_step, stepped

    told = stepped(name, taken, desk.registry.champion(name), chosen_language(answer.lang))
    answer.give(told, show_step)
    raise typer.Exit(1 if taken.missing else 0)


_COMMANDS: Final[Mapping[str, tuple[Callable[..., None], str, str]]] = {
    "propose": (
        _propose,
        said("Propose that a version is put in force. Exit code 1 when the gate turns it down.", "提议启用某版本；未通过准入则以 1 退出。", "提議啟用某版本；未通過准入則以 1 結束。"),
        "mybank attrition latest --reading reading.json --reason 'gains in the experiment' --as anna",
    ),
    "approve": (
        _approve,
        said("Approve what somebody else proposed.", "批准他人的提议。", "核准他人的提議。"),
        "mybank attrition p3 --reason 'experiment and groups checked' --as bert",
    ),
    "refuse": (
        _refuse,
        said("Refuse what somebody else proposed.", "否决他人的提议。", "否決他人的提議。"),
        "mybank attrition p3 --reason 'too few branches took part' --as bert",
    ),
    "withdraw": (
        _withdraw,
        said("Take back one's own proposal.", "撤回本人的提议。", "撤回本人的提議。"),
        "mybank attrition p3 --reason 'a better one comes' --as anna",
    ),
    "promote": (
        _promote,
        said("Put in force what was approved. Exit code 1 when the gate turns it down.", "启用已获批的版本；未通过准入则以 1 退出。", "啟用已獲核准的版本；未通過准入則以 1 結束。"),
        "mybank attrition p3 --as anna",
    ),
    "rollback": (
        _rollback,
        said("Put a version back in force that was in force before.", "回退到曾经启用的版本。", "回復到曾經啟用的版本。"),
        "mybank attrition --reason 'alarms of calibration since Monday' --as anna",
    ),
}  # fmt: skip
"""By name: what runs, what it does, how it is called."""
