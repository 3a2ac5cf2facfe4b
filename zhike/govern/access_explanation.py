"""Why a request was allowed or refused, in sentences that whoever asked can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhike.core.grants import CLASSES, NEAR, NO_CUSTOMER
from zhike.core.language import Text
from zhike.govern.roles import decide_access

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from zhike.core.grants import Grant
    from zhike.govern.roles import Access, AccessRules, Actor, Permission, Subject

__all__ = ["SCOPE_TITLES", "AccessExplanation", "explain_access"]

SCOPE_TITLES: Final[Mapping[str, Text]] = {
    "none": Text("without a customer", "不涉及客户", "不涉及客戶"),
    "own_book": Text("own customers", "本人所管客户", "本人所管客戶"),
    "opened": Text(
        "a customer for whom the glass was broken", "已启动紧急访问的客户", "已啟動緊急存取的客戶"
    ),
    "branch": Text("customers of the branch", "本网点客户", "本分行客戶"),
    "all": Text("every customer", "全部客户", "全部客戶"),
    "any": Text("everything", "一切情形", "一切情形"),
}
_TIES: Final = {
    "own": Text("one of their own", "本人所管", "本人所管"),
    "branch": Text("of the branch", "本网点", "本分行"),
    "opened": Text("opened in an emergency", "已紧急访问", "已緊急存取"),
}
_STRANGER: Final = Text("somebody else's", "他人所管", "他人所管")
_SENTENCES: Final = {
    "asked": Text(
        "Asked: {verb}; customer: {customer}; purpose: {purpose}; roles: {roles}.",
        "请求：{verb}；客户：{customer}；目的：{purpose}；角色：{roles}。",
        "請求：{verb}；客戶：{customer}；目的：{purpose}；角色：{roles}。",
    ),
    "allowed": Text(
        "Allowed; personal data up to class {highest} are shown.",
        "允许；可显示至 {highest} 级个人信息。",
        "允許；可顯示至 {highest} 級個人資料。",
    ),
    "second": Text(
        "It takes effect when a second person approves it: whoever may {verb}.",
        "须经另一人复核后生效：有权“{verb}”者。",
        "須經另一人覆核後生效：有權「{verb}」者。",
    ),
    "refused": Text("Refused.", "拒绝。", "拒絕。"),
    "allow": Text(
        "Granted by {rule}: {scope}, up to class {limit}.",
        "依据 {rule} 授予：{scope}，至 {limit} 级。",
        "依據 {rule} 授予：{scope}，至 {limit} 級。",
    ),
    "deny": Text("Denied by {rule}: {because}", "被 {rule} 禁止：{because}", "被 {rule} 禁止：{because}"),
    "closes": Text(
        "Class {limit} is closed by {rule}: {because}",
        "{limit} 级由 {rule} 关闭：{because}",
        "{limit} 級由 {rule} 關閉：{because}",
    ),
    "scopes": Text(
        "The token shown is limited to {scopes}; another token of the same owner may reach further.",
        "所用令牌仅限于 {scopes}；同一所有者的其他令牌可能权限更广。",
        "所用權杖僅限於 {scopes}；同一擁有者的其他權杖可能權限更廣。",
    ),
    "nothing": Text("No rule grants it.", "没有规则授予该权限。", "沒有規則授予該權限。"),
    "no_rules": Text(
        "No access rules are in force on {day}.", "{day} 没有生效的权限规则。", "{day} 沒有生效的權限規則。"
    ),
    "unknown": Text("The rules know no '{name}'.", "规则中没有“{name}”。", "規則中沒有「{name}」。"),
    "elsewhere": Text(
        "Granted to these roles for: {scope}; purpose: {purposes}.",
        "这些角色在下列情形下可以：{scope}；目的：{purposes}。",
        "這些角色在下列情形下可以：{scope}；目的：{purposes}。",
    ),
    "others": Text("Who may: {roles}.", "可以办理者：{roles}。", "可以辦理者：{roles}。"),
    "role": Text("{role} (purpose: {purposes})", "{role}（目的：{purposes}）", "{role}（目的：{purposes}）"),
    "hidden": Text(
        "The customer stays unknown to whoever asked: the answer is that there is none.",
        "不得向请求者透露该客户是否存在：答复为查无此人。",
        "不得向請求者透露該客戶是否存在：答覆為查無此人。",
    ),
    "ground": Text(
        "Ground: {title}, in force since {day} ({status}).",
        "依据：{title}，自 {day} 起生效（{status}）。",
        "依據：{title}，自 {day} 起生效（{status}）。",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccessExplanation:
    """A permission with the sentences that explain it.

    Parameters
    ----------
    permission : Permission
    sentences : tuple of Text
        What was asked, the verdict, the rows behind it, and for a refusal what would be granted and who may.

    Notes
    -----
    Where ``permission.visible`` is False the sentences are for the audit trail: shown to whoever asked, they would say that
    the customer exists.
    """

    permission: Permission
    sentences: tuple[Text, ...]


def explain_access(
    access: Access, actor: Actor, verb: str, subject: Subject | None, purpose: str, at: dt.date
) -> AccessExplanation:
    """Decide a request as `decide_access` does, and say why.

    Examples
    --------
    >>> import datetime as dt
    >>> from zhike.adapters.rule_files import load_rulebook
    >>> from zhike.govern.roles import Access, Actor, Subject
    >>> access, chen = Access.of(load_rulebook()), Actor("S2", ("administrator",))
    >>> why = explain_access(access, chen, "customer.view", Subject(), "operation", dt.date(2026, 6, 30))
    >>> [sentence.en for sentence in why.sentences][1:3]
    ['Refused.', 'Denied by access.roles#administrator_meets_no_customer: Who runs the system and gives out roles sees no customer.']
    """
    permission = decide_access(access, actor, verb, subject, purpose, at)
    rules = access.at(at)
    if rules is None:
        sentences = [_SENTENCES["refused"], _SENTENCES["no_rules"].filled(day=at)]
    else:
        near = NO_CUSTOMER if subject is None else subject.near
        sentences = [
            _asked(rules, actor, permission, near),
            *_verdict(rules, permission),
            *(_row(grant) for grant in _weightiest_first(permission)),
            *([] if permission.allowed else _refusal(rules, actor, permission, near)),
            _ground(rules),
        ]
    return AccessExplanation(permission, tuple(sentences))


def _asked(rules: AccessRules, actor: Actor, permission: Permission, near: int) -> Text:
    ties = [title for tie, title in _TIES.items() if near & NEAR[tie]]
    customer = SCOPE_TITLES["none"] if near == NO_CUSTOMER else _joined(ties or [_STRANGER])
    return _said(
        "asked",
        verb=_title(rules.table.verbs, permission.verb),
        customer=customer,
        purpose=_title(rules.table.purposes, permission.purpose),
        roles=_titles(rules.table.roles, actor.roles),
    )


def _verdict(rules: AccessRules, permission: Permission) -> list[Text]:
    if not permission.allowed:
        return [_SENTENCES["refused"]]
    allowed = _SENTENCES["allowed"].filled(highest=permission.highest_class)
    if not permission.needs_second_person:
        return [allowed]
    approver = rules.second_person[permission.verb].approved_by
    return [allowed, _said("second", verb=_title(rules.table.verbs, approver))]


def _weightiest_first(permission: Permission) -> list[Grant]:
    """Return the rows that matched, for a refusal those that denied it before the others."""
    refused = not permission.allowed
    return sorted(permission.rules, key=lambda g: refused and (g.effect == "allow" or g.limit != CLASSES[0]))


def _row(grant: Grant) -> Text:
    if grant.because is not None:
        key = "deny" if grant.limit == CLASSES[0] else "closes"
        return _said(key, rule=_plain(grant.rule), limit=_plain(grant.limit), because=grant.because)
    return _said("allow", rule=_plain(grant.rule), scope=SCOPE_TITLES[grant.scope], limit=_plain(grant.limit))


def _refusal(rules: AccessRules, actor: Actor, permission: Permission, near: int) -> list[Text]:
    """Say what is missing: another token, and what the roles lack by themselves."""
    found = []
    if permission.outside_scopes:
        found.append(_said("scopes", scopes=_joined([_plain(one) for one in actor.scopes or ("-",)])))
    by_roles = rules.table.judge(actor.roles, permission.verb, permission.purpose, near)
    if by_roles.highest is None:
        found += _refused_by_rules(rules, actor, permission, near)
    return found if permission.visible else [*found, _SENTENCES["hidden"]]


def _refused_by_rules(rules: AccessRules, actor: Actor, permission: Permission, near: int) -> list[Text]:
    """Say what is missing: a name that the rules do not know, another scope or purpose, another role."""
    table, verb, purpose = rules.table, permission.verb, permission.purpose
    names = ((verb, table.verbs), (purpose, table.purposes))
    found = [_said("unknown", name=_plain(name)) for name, known in names if name not in known]
    if not any(grant.effect == "allow" for grant in permission.rules):
        found.append(_SENTENCES["nothing"])
    found += [
        _said(
            "elsewhere",
            scope=SCOPE_TITLES[grant.scope],
            purposes=_titles(table.purposes, [one for one in table.purposes if one in grant.purposes]),
        )
        for grant in table.grants
        if _concerns(grant, actor, verb) and grant not in permission.rules
    ]
    able = [_able(rules, role, verb, near) for role in table.roles]
    if any(able):
        found.append(_said("others", roles=_joined([text for text in able if text is not None])))
    return found


def _concerns(grant: Grant, actor: Actor, verb: str) -> bool:
    return grant.effect == "allow" and verb in grant.verbs and not grant.roles.isdisjoint(actor.roles)


def _able(rules: AccessRules, role: str, verb: str, near: int) -> Text | None:
    """Return a role with the purposes for which it may, for some customer if not for this one; None where it may not."""
    table = rules.table
    ties = (
        [near] if near == NO_CUSTOMER else [NEAR["other"] | NEAR[tie] for tie in ("other", "branch", "own")]
    )
    purposes = [
        one
        for one in table.purposes
        if any(table.judge([role], verb, one, tie).highest is not None for tie in ties)
    ]
    if not purposes:
        return None
    return _said("role", role=table.roles[role], purposes=_titles(table.purposes, purposes))


def _ground(rules: AccessRules) -> Text:
    version = rules.version
    return _SENTENCES["ground"].filled(
        title=version.reference.title, day=version.first_day, status=version.status
    )


def _said(key: str, **parts: Text) -> Text:
    """Return a sentence with texts filled in, each in its own language."""
    sentence = _SENTENCES[key]
    return Text(
        sentence.en.format(**{name: part.en for name, part in parts.items()}),
        sentence.zh_hans.format(**{name: part.zh_hans for name, part in parts.items()}),
        sentence.zh_hant.format(**{name: part.zh_hant for name, part in parts.items()}),
    )


def _plain(name: str) -> Text:
    return Text(name, name, name)


def _title(titles: Mapping[str, Text], name: str) -> Text:
    return titles.get(name) or _plain(name)


def _titles(titles: Mapping[str, Text], names: Iterable[str]) -> Text:
    return _joined([_title(titles, name) for name in names] or [_plain("-")])


def _joined(texts: list[Text]) -> Text:
    return Text(
        ", ".join(text.en for text in texts),
        "、".join(text.zh_hans for text in texts),
        "、".join(text.zh_hant for text in texts),
    )
