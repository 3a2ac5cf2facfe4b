"""What surrounds a complaint, as its case shows it: who speaks, what is missing, group, messages, documents, cases like it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import moment
from zhike.act.complaint_groups import group_of, lacks_plan, members_of, size_of
from zhike.act.complaint_likes import likes_of
from zhike.act.complaint_speakers import authority_of
from zhike.act.complaint_triage import triage_of
from zhike.api.rendering import instant, masked_row
from zhike.api.surveys import permitted_among
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pydantic import BaseModel

    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.act.complaint_speakers import Authority
    from zhike.api.asking import Asking
    from zhike.core.language import Language
    from zhike.core.ports import Transaction
    from zhike.govern.roles import Permission

__all__ = ["documents_of", "group_body", "message_body", "said_in", "surroundings"]

_SEE: Final = "case.view"
_MISSING: Final = {
    "authority": Text("{what} is not filed yet", "尚未归档：{what}", "尚未歸檔：{what}"),
    "plan": Text(
        "a plan is needed from {what} people on",
        "{what} 人以上的投诉须制定处置预案",
        "{what} 人以上的申訴須制定處置計畫",
    ),
    "business": Text("it is not said which business it is about", "尚未确定涉及业务", "尚未確定涉及業務"),
    "issue": Text("it is not said what the issue is", "尚未确定投诉问题", "尚未確定申訴問題"),
}


def said_in(part: BaseModel | None) -> dict[str, Any]:
    """Return what was said in a part of a request; empty where there is none."""
    return {} if part is None else part.model_dump(mode="json", exclude_none=True)


def surroundings(
    asking: Asking,
    tx: Transaction,
    row: dict[str, Any],
    steps: Sequence[Mapping[str, Any]],
    permission: Permission,
    desk: ComplaintDesk,
) -> dict[str, Any]:
    """Return what surrounds a complaint, masked to what whoever asks may see."""
    service, language, highest = asking.service, asking.language, permission.highest_class
    shown = masked_row("complaints", row, highest, service.masking())
    detail = shown["detail"] if isinstance(shown["detail"], dict) else {}
    speaks = authority_of(tx, row, desk.house) if detail else None
    group = None if row["group_id"] is None else group_of(tx, row["group_id"])
    messages = tx.find("complaint_messages", {"complaint_id": row["complaint_id"]}, order=["received_at"])
    return {
        "particulars": detail.get("particulars") or {}, "regulator": detail.get("regulator") or None,
        "urgency": detail.get("urgency"), "vulnerability": detail.get("vulnerability"), "triage": triage_of(steps) if detail else None,
        "representative": None if speaks is None else _representative(speaks, steps, desk, language),
        "group": None if group is None else group_body(asking, tx, group, desk),
        "missing": list(_missing(tx, row, detail, speaks, group, desk, language)) if row["open"] else [],
        "messages": [message_body(asking, tx, one, permission, desk) for one in messages],
        "documents": documents_of(asking, tx, {"complaint_id": row["complaint_id"]}, permission, desk),
        "similar": _similar(asking, tx, row) if detail else [],
    }  # fmt: skip


def _representative(
    found: Authority, steps: Sequence[Mapping[str, Any]], desk: ComplaintDesk, language: Language
) -> dict[str, Any]:
    asked = [
        one["recorded_at"]
        for one in steps
        if found.document in (one["content"]["given"].get("documents") or ())
    ]
    return {
        "name": found.name, "kind": found.kind, "title": Text.of(desk.house.speakers[found.kind]).in_language(language),
        "mandate": found.mandate, "document": found.document, "document_title": desk.house.document(found.document).in_language(language),
        "held": found.held, "since": instant(found.since), "asked_on": moment(asked[0]).date() if asked else None,
    }  # fmt: skip


def _missing(
    tx: Transaction, row: Mapping[str, Any], detail: Mapping[str, Any], speaks: Authority | None,
    group: Mapping[str, Any] | None, desk: ComplaintDesk, language: Language,
) -> Iterator[dict[str, str]]:  # fmt: skip
    known = detail.get("particulars") or {}
    for name, asked in desk.house.particulars.items():
        if detail and not known.get(name):
            yield {"code": "particular", "what": name, "sentence": Text.of(asked).in_language(language)}
    if speaks is not None and not speaks.held:
        title = desk.house.document(speaks.document).in_language(language)
        yield _lacking("authority", speaks.document, title, language)
    if group is not None and lacks_plan(tx, group, desk.house):
        least = str(desk.house.groups["major_from"])
        yield _lacking("plan", least, least, language)
    for name in ("business", "issue"):
        if row[name] is None:
            yield _lacking(name, name, name, language)


def _lacking(code: str, what: str, called: str, language: Language) -> dict[str, str]:
    return {"code": code, "what": what, "sentence": _MISSING[code].render(language, what=called)}


def group_body(
    asking: Asking, tx: Transaction, group: Mapping[str, Any], desk: ComplaintDesk
) -> dict[str, Any]:
    """Return a group with those of its complaints that whoever asks may see."""
    members, people = members_of(tx, group), size_of(tx, group)
    seen = permitted_among(asking, tx, {one["customer_id"] for one in members}, _SEE)
    shown = [one["complaint_id"] for one in members if one["customer_id"] in seen]
    content = group["content"] or {}
    return {
        "group_id": group["group_id"], "subject": content.get("subject"), "people": people, "cases": len(members),
        "major": desk.house.is_major(people), "major_from": desk.house.groups["major_from"], "plan": _plan(content.get("plan")),
        "complaints": shown, "representatives": _among(content.get("representatives") or (), shown),
    }  # fmt: skip


def _plan(plan: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if plan is None else {**plan, "at": instant(plan["at"])}


def _among(names: Iterable[str], shown: Sequence[str]) -> list[str]:
    return [name for name in names if name in shown]


def message_body(
    asking: Asking, tx: Transaction, row: dict[str, Any], permission: Permission, desk: ComplaintDesk
) -> dict[str, Any]:
    """Return a message as the desk sees it."""
    shown = masked_row("complaint_messages", row, permission.highest_class, asking.service.masking())
    content = shown["content"] if isinstance(shown["content"], dict) else {}
    named = ("message_id", "customer_id", "complaint_id", "channel", "state", "code")
    said = " ".join(filter(None, (content.get("from_name"), content.get("from")))) or None
    return {
        **{name: row[name] for name in named}, "received_at": instant(row["received_at"]), "subject": content.get("subject"),
        "words": content.get("words"), "sender": said, "notes": content.get("notes") or [],
        "documents": documents_of(asking, tx, {"message_id": row["message_id"]}, permission, desk),
    }  # fmt: skip


def documents_of(
    asking: Asking, tx: Transaction, where: dict[str, Any], permission: Permission, desk: ComplaintDesk
) -> list[dict[str, Any]]:
    """Return documents as the desk sees them, without their bytes."""
    rows = tx.find("complaint_documents", where, order=["recorded_at"])
    masked = [
        masked_row("complaint_documents", one, permission.highest_class, asking.service.masking())
        for one in rows
    ]
    return [_document(one, desk, asking.language) for one in masked]


def _document(row: Mapping[str, Any], desk: ComplaintDesk, language: Language) -> dict[str, Any]:
    content, kind = row["content"] if isinstance(row["content"], dict) else {}, row["kind"]
    return {
        "document_id": row["document_id"], "kind": kind, "sha256": row["sha256"], "name": content.get("name"),
        "title": desk.house.document(kind).in_language(language) if kind in desk.house.documents else None,
        "kept": content.get("base64") is not None, "at": instant(row["recorded_at"]),
    }  # fmt: skip


def _similar(asking: Asking, tx: Transaction, row: dict[str, Any]) -> list[dict[str, Any]]:
    found = likes_of(
        tx, row, asking.service.traces, lambda customers: permitted_among(asking, tx, customers, _SEE)
    )
    return [
        {
            "complaint_id": one.row["complaint_id"], "likeness": one.likeness, "same_matter": one.same_matter, "business": one.row["business"],
            "issue": one.row["issue"], "words": one.words or None, "outcome": one.outcome, "redress": [dict(each) for each in one.redress],
            "days": one.days, "satisfied": one.satisfied,
        }
        for one in found
    ]  # fmt: skip
