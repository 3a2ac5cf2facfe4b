"""`zhike staff`: who may act, the tokens that they show, the passwords with which they sign in."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, write
from zhike.cli.options import AsJson, Lang, RulebookFolder  # noqa: TC001 - typer reads annotations when it runs
from zhike.cli.stores import OPERATOR, StorePlace, acting_alone
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from zhike.core.language import Language

__all__ = ["staff"]

_DAY: Final = 86_400_000_000
_MOST_DAYS: Final = 36_500
_TOKEN: Final = Text("token of {staff}, shown this once: {token}", "{staff} 的令牌，仅显示一次：{token}", "{staff} 的權杖，僅顯示一次：{token}")  # fmt: skip
_ADDED: Final = Text("added {staff}: {roles}", "已添加 {staff}：{roles}", "已新增 {staff}：{roles}")
_REVOKED: Final = Text("the token is withdrawn", "令牌已撤销", "權杖已撤銷")
_ENDED: Final = Text("sessions of {staff} ended: {sessions}", "已结束 {staff} 的会话：{sessions}", "已結束 {staff} 的工作階段：{sessions}")  # fmt: skip
_PASSWORD_SET: Final = Text("password of {staff} set; sessions ended: {sessions}", "已设置 {staff} 的密码；已结束会话：{sessions}", "已設定 {staff} 的密碼；已結束工作階段：{sessions}")  # fmt: skip
_PROMPT: Final = Text("Password of {staff}: ", "{staff} 的密码：", "{staff} 的密碼：")
_AGAIN: Final = Text("Once more: ", "再输入一次：", "再輸入一次：")
staff = typer.Typer(
    name="staff",
    no_args_is_help=True,
    help=said(
        "Who may act: members of staff and machines.", "谁可以操作：员工与系统。", "誰可以操作：員工與系統。"
    ),
)
StaffName = Annotated[str, typer.Argument(metavar="STAFF", help=said("Identifier.", "编号。", "編號。"))]


@staff.command(
    "add",
    help=said("Add a member of staff or a machine.", "添加员工或系统。", "新增員工或系統。"),
    epilog="Example: zhike staff add app-server --role integration",
)
def _add(
    name: StaffName,
    role: Annotated[
        list[str] | None,
        typer.Option(
            "--role",
            help=said(
                "Role of access.roles; several allowed.",
                "access.roles 中的角色，可多个。",
                "access.roles 中的角色，可多個。",
            ),
        ),
    ] = None,
    branch: Annotated[str | None, typer.Option("--branch", help=said("Branch.", "网点。", "分行。"))] = None,
    store: StorePlace = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.act.staff import add_staff
    from zhike.adapters.rule_files import load_rulebook
    from zhike.govern.roles import ROLES

    known = load_rulebook(rulebook).entry(ROLES).versions[-1].head["roles"]
    acting = acting_alone(store, create=True)
    add_staff(acting, name, role or [], known=sorted(known), actor=OPERATOR, branch=branch)
    told: dict[str, Any] = {"staff": name, "roles": role or [], "branch": branch}
    emit_json(told) if as_json else write(
        _ADDED.render(chosen_language(lang), staff=name, roles=", ".join(role or []))
    )


@staff.command(
    "token",
    help=said("Make a token; it is shown once.", "生成令牌，仅显示一次。", "產生權杖，僅顯示一次。"),
    epilog="Example: zhike staff token app-server --days 90 --scope decision.make --scope offer.respond",
)
def _token(
    name: StaffName,
    days: Annotated[
        int | None,
        typer.Option(
            "--days",
            min=1,
            max=_MOST_DAYS,
            help=said("Days until it ends; default: never.", "有效天数；默认不限。", "有效天數；預設不限。"),
        ),
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope",
            metavar="VERB",
            help=said(
                "Limit it to a verb of access.roles, or a family such as customer.*; several allowed; default: all that its owner may.",
                "仅限 access.roles 的某操作或一类操作（如 customer.*），可多个；默认为所有者的全部权限。",
                "僅限 access.roles 的某操作或一類操作（如 customer.*），可多個；預設為擁有者的全部權限。",
            ),
        ),
    ] = None,
    store: StorePlace = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.act.staff import issue_token
    from zhike.adapters.rule_files import load_rulebook
    from zhike.govern.roles import ROLES

    known = sorted(load_rulebook(rulebook).entry(ROLES).versions[-1].head["verbs"])
    lasts = None if days is None else days * _DAY
    token = issue_token(
        acting_alone(store), name, actor=OPERATOR, lasts=lasts, scopes=scope or [], known=known
    )
    told = {"staff": name, "token": token, "scopes": sorted(set(scope or []))}
    emit_json(told) if as_json else write(_TOKEN.render(chosen_language(lang), **told))


@staff.command(
    "revoke",
    help=said("Withdraw a token.", "撤销令牌。", "撤銷權杖。"),
    epilog="Example: zhike staff revoke TOKEN",
)
def _revoke(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help=said("The token.", "令牌。", "權杖。"))],
    store: StorePlace = None,
    *,
    lang: Lang = None,
) -> None:
    from zhike.act.staff import revoke_token, token_hash

    revoke_token(acting_alone(store), token_hash(token), OPERATOR)
    write(_REVOKED.in_language(chosen_language(lang)))


@staff.command(
    "password",
    help=said(
        "Set the password with which somebody signs in; typed without echo, or read from the standard input. Ends all their sessions.",
        "设置登录密码：输入时不回显，或从标准输入读取。同时结束该员工的全部会话。",
        "設定登入密碼：輸入時不回顯，或從標準輸入讀取。同時結束該員工的全部工作階段。",
    ),
    epilog="Example: zhike staff password ming",
)
def _password(
    name: StaffName,
    store: StorePlace = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.act.acting import moment
    from zhike.act.sessions import set_password
    from zhike.adapters.rule_files import load_rulebook
    from zhike.govern.sessions import SESSIONS, SessionRules

    acting, language = acting_alone(store), chosen_language(lang)
    today = moment(acting.clock.now()).date()
    rules = SessionRules.of(load_rulebook(rulebook).at(SESSIONS, today))
    ended = set_password(acting, rules, name, _typed(name, language), OPERATOR)
    _tell({"staff": name, "sessions": ended}, _PASSWORD_SET, language, as_json=as_json)


@staff.command(
    "end-sessions",
    help=said("End all sessions of somebody.", "结束某员工的全部会话。", "結束某員工的全部工作階段。"),
    epilog="Example: zhike staff end-sessions ming",
)
def _end_sessions(
    name: StaffName, store: StorePlace = None, *, as_json: AsJson = False, lang: Lang = None
) -> None:
    from zhike.act.sessions import end_sessions_of

    ended = end_sessions_of(acting_alone(store), name, OPERATOR)
    _tell({"staff": name, "sessions": ended}, _ENDED, chosen_language(lang), as_json=as_json)


def _tell(told: dict[str, Any], text: Text, language: Language, *, as_json: bool) -> None:
    emit_json(told) if as_json else write(text.render(language, **told))


def _typed(name: str, language: Language) -> str:
    """Return a password: typed twice where somebody sits there, else the first line of the standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    password = getpass.getpass(_PROMPT.render(language, staff=name))
    if getpass.getpass(_AGAIN.in_language(language)) != password:
        raise UsageError(what=phrase("two passwords that differ"), expected=phrase("the same one twice"))
    return password
