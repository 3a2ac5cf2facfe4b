"""Version 0001 of the schema: the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects import postgresql

if TYPE_CHECKING:
    from alembic.operations import Operations
    from sqlalchemy.types import TypeEngine

revision: Final = "0001"
down_revision: Final = None

_KINDS: Final[dict[str, TypeEngine[Any]]] = {
    "text": Text().with_variant(postgresql.TEXT(collation="C"), "postgresql"),
    "int": BigInteger(),
    "float": Double(),
    "bool": Boolean(),
    "bytes": LargeBinary(),
}

# A table's key, its columns by name and kind (with a question mark: it may be without a value), what is unique, what is looked up,
# and whether its rows lie in the order of the key.
_TABLES: Final = {
    "publications": (
        "number",
        ("number int, at text, policy text, policy_version text, manifest text, setting text, customers int, "
         "state text, recorded_at int, actor text"),
        (), (), False,
    ),
    "dossiers": (
        "publication customer_id",
        "publication int, customer_id text, content bytes?",
        (), ("customer_id",), False,
    ),
    "portraits": (
        "publication customer_id",
        "publication int, customer_id text, content bytes?",
        (), ("customer_id",), False,
    ),
    "identities": (
        "customer_id",
        "customer_id text, content bytes?, fingerprint text",
        (), (), False,
    ),
    "search_terms": (
        "term customer_id",
        "term int, customer_id text",
        (), (), True,
    ),
    "search_keys": (
        "key_id",
        "key_id text, content bytes?, recorded_at int",
        (), (), False,
    ),
    "blobs": (
        "address",
        "address text, content bytes",
        (), (), False,
    ),
    "customers": (
        "customer_id",
        ("customer_id text, branch text?, adviser text?, tier text?, contacted_on text?, household_id text?, "
         "merged_into text?, state text, version int, live bytes?"),
        (), ("adviser", "branch", "household_id", "merged_into"), False,
    ),
    "person_keys": (
        "customer_id",
        "customer_id text, wrapped bytes?, created_at int, destroyed_at int?",
        (), (), False,
    ),
    "decisions": (
        "decision_id",
        ("decision_id text, customer_id text, decided_at int, origin text, publication int, prices text?, "
         "degraded text, context bytes?, record bytes?"),
        (), ("customer_id decided_at", "decided_at"), False,
    ),
    "offers": (
        "offer_id",
        ("offer_id text, decision_id text, customer_id text, rank int, action_id text, channel text, kind text, "
         "outbound bool, probability float, state text, made_at int, changed_at int, lapses_at int?"),
        (), ("customer_id made_at", "decision_id", "state lapses_at"), False,
    ),
    "responses": (
        "response_id",
        ("response_id text, offer_id text, customer_id text, outcome text, reason bytes?, responded_at int, "
         "late bool, recorded_at int, actor text"),
        (), ("customer_id", "offer_id"), False,
    ),
    "consents": (
        "consent_id",
        ("consent_id text, customer_id text, purpose text, channel text, status text, evidence bytes?, "
         "valid_from text, expires_on text?, recorded_at int, actor text"),
        (), ("customer_id",), False,
    ),
    "preferences": (
        "preference_id",
        "preference_id text, customer_id text, kind text, value bytes?, recorded_at int, actor text",
        (), ("customer_id",), False,
    ),
    "notes": (
        "note_id",
        ("note_id text, customer_id text, kind text, channel text?, happened_at int?, text bytes?, words bytes?, "
         "judgement bytes?, suggestion bytes?, recorded_at int, actor text"),
        (), ("customer_id",), False,
    ),
    "tasks": (
        "task_id",
        ("task_id text, customer_id text, offer_id text?, assignee text?, kind text, state text, starts_on text?, "
         "due_on text?, minutes int?, text bytes?, outcome text?, result bytes?, closed_at int?, recorded_at int, "
         "actor text"),
        (), ("customer_id", "assignee state"), False,
    ),
    "hand_overs": (
        "hand_over_id",
        ("hand_over_id text, customer_id text, task_id text, from_staff text?, to_staff text, recorded_at int, "
         "actor text"),
        (), ("customer_id", "recorded_at"), False,
    ),
    "cases": (
        "case_id",
        ("case_id text, customer_id text, kind text, state text, opened_on text, due_on text?, text bytes?, "
         "recorded_at int, actor text"),
        (), ("customer_id state", "state due_on"), False,
    ),
    "complaints": (
        "complaint_id",
        ("complaint_id text, customer_id text, state text, open bool, received_at int, channel text, "
         "intake_key text?, regime text, complexity text?, business text?, issue text?, cause text?, "
         "handler text?, legal_due text?, safe_due text?, into text?, group_id text?, priority int?, trace bytes?, "
         "detail bytes?, changed_at int, recorded_at int, actor text"),
        ("intake_key",), ("customer_id open", "open safe_due", "state", "group_id", "business issue changed_at"), False,
    ),
    "complaint_steps": (
        "complaint_id number",
        ("complaint_id text, number int, customer_id text, move text, from_state text, to_state text, rules text, "
         "content bytes?, recorded_at int, actor text"),
        (), ("customer_id",), False,
    ),
    "complaint_messages": (
        "message_id",
        ("message_id text, customer_id text?, complaint_id text?, channel text, state text, code text?, "
         "intake_key text, reference text?, sender text?, received_at int, content bytes?, recorded_at int, "
         "actor text"),
        ("intake_key",), ("customer_id", "complaint_id", "state received_at", "reference", "sender"), False,
    ),
    "complaint_documents": (
        "document_id",
        ("document_id text, customer_id text?, complaint_id text?, message_id text?, kind text?, sha256 text, "
         "content bytes?, recorded_at int, actor text"),
        (), ("customer_id kind", "complaint_id", "message_id"), False,
    ),
    "complaint_groups": (
        "group_id",
        "group_id text, people int, content bytes?, changed_at int, recorded_at int, actor text",
        (), (), False,
    ),
    "complaint_justices": (
        "judgement_id",
        "judgement_id text, customer_id text, complaint_id text, judged bytes?, recorded_at int, actor text",
        (), ("customer_id", "complaint_id"), False,
    ),
    "customer_links": (
        "link_id",
        ("link_id text, customer_id text, link_hash text, expires_at int, revoked_at int?, used_at int?, "
         "invitation_id text?, mode text?, recorded_at int, actor text"),
        ("link_hash",), ("customer_id",), False,
    ),
    "survey_invitations": (
        "invitation_id",
        ("invitation_id text, customer_id text, survey text, mode text, seed int, state text, reminders int, "
         "lapses_at int, changed_at int, wave text?, asked text?, given bytes?, recorded_at int, actor text"),
        (), ("customer_id state", "survey", "wave state"), False,
    ),
    "survey_askings": (
        "wave customer_id",
        "wave text, customer_id text, reason text, recorded_at int",
        (), ("customer_id",), False,
    ),
    "survey_rounds": (
        "wave day",
        "wave text, day text, survey text, counts text, recorded_at int, actor text",
        (), (), False,
    ),
    "survey_places": (
        "sheet_id quota",
        "sheet_id text, instrument text, quota text, state text, held_until int?, recorded_at int",
        (), ("instrument quota state",), False,
    ),
    "kiosks": (
        "kiosk_id",
        ("kiosk_id text, name text, branch text?, instrument text, token_hash text, expires_at int, "
         "stopped_at int?, recorded_at int, actor text"),
        ("token_hash",), (), False,
    ),
    "kiosk_sheets": (
        "sheet_id",
        ("sheet_id text, kiosk_id text, branch text?, survey text, state text, answer bytes?, scores bytes?, "
         "changed_at int, words_gone_at int?, recorded_at int"),
        (), ("survey", "kiosk_id"), False,
    ),
    "survey_answers": (
        "answer_id",
        ("answer_id text, customer_id text, survey text, invitation_id text?, mode text, state text, "
         "answer bytes?, scores bytes?, changed_at int, words_gone_at int?, recorded_at int, actor text"),
        ("invitation_id",), ("customer_id", "survey"), False,
    ),
    "loops": (
        "loop_id",
        ("loop_id text, customer_id text, invitation_id text?, trigger text, detail bytes?, owner text?, "
         "task_id text?, due_at int, state text, cause text?, outcome text?, result bytes?, closed_at int?, "
         "recorded_at int, actor text"),
        (), ("customer_id state", "state due_at"), False,
    ),
    "improvements": (
        "improvement_id",
        ("improvement_id text, title text, cause text, evidence text, action text, owner text, due_on text, "
         "measure text, state text, start_on text?, units text, effect text?, outcome text?, conclusion text?, "
         "history text, changed_at int, recorded_at int, actor text"),
        (), ("state due_on", "cause"), False,
    ),
    "corrections": (
        "correction_id",
        ("correction_id text, customer_id text, attribute text, valid_from text, value bytes?, before bytes?, "
         "recorded_at int, actor text"),
        (), ("customer_id",), False,
    ),
    "merges": (
        "merge_id",
        "merge_id text, customer_id text, into text, state text, before bytes?, recorded_at int, actor text",
        (), ("customer_id", "into"), False,
    ),
    "staff": (
        "staff_id",
        ("staff_id text, name text, branch text?, roles text, state text, password text?, failed_tries int?, "
         "locked_until int?, password_until int?, recorded_at int"),
        (), (), False,
    ),
    "absences": (
        "absence_id",
        ("absence_id text, staff_id text, kind text, first_day text, last_day text, deputy text?, state text, "
         "ended_at int?, ended_by text?, recorded_at int, actor text"),
        (), ("staff_id last_day", "deputy last_day"), False,
    ),
    "tokens": (
        "token_hash",
        ("token_hash text, staff_id text, kind text, scopes text, expires_at int?, revoked_at int?, used_at int?, "
         "idle int?, recorded_at int"),
        (), ("staff_id",), False,
    ),
    "proposals": (
        "proposal_id",
        ("proposal_id text, verb text, subject text, content text, state text, proposed_by text, decided_by text?, "
         "reason text, expires_at int?, recorded_at int"),
        (), ("state",), False,
    ),
    "break_glass": (
        "opening_id",
        ("opening_id text, staff_id text, customer_id text, reason bytes?, until int, review_by int, "
         "reviewed_by text?, justified bool?, finding bytes?, recorded_at int"),
        (), ("staff_id customer_id", "customer_id"), False,
    ),
    "erasures": (
        "erasure_id",
        ("erasure_id text, subject text, kind text, place text, proposal_id text, relationship_end text?, "
         "state text, content text, recorded_at int, actor text"),
        (), ("subject",), False,
    ),
    "retained": (
        "retained_id",
        ("retained_id text, erasure_id text, origin text, duty text, last_day text?, customer_id text?, "
         "content bytes?, recorded_at int"),
        (), ("erasure_id", "last_day"), False,
    ),
    "outbox": (
        "message_id",
        ("message_id text, customer_id text?, route text, topic text, content bytes?, state text, attempts int, "
         "next_at int, problem text?, recorded_at int"),
        (), ("state next_at", "customer_id"), False,
    ),
    "webhooks": (
        "webhook_id",
        "webhook_id text, url text, topics text, secret bytes?, state text, recorded_at int, actor text",
        (), (), False,
    ),
    "requests": (
        "caller request_key",
        ("caller text, request_key text, fingerprint text, status int, customer_id text?, answer bytes?, "
         "recorded_at int"),
        (), ("recorded_at", "customer_id"), False,
    ),
    "jobs": (
        "job_id",
        "job_id text, kind text, state text, content text, result text?, recorded_at int, actor text",
        (), ("state",), False,
    ),
    "job_inputs": (
        "job_id",
        "job_id text, content bytes?, recorded_at int",
        (), (), False,
    ),
    "audit_entries": (
        "stream number",
        ("stream text, number int, at int, event int, actor text, subject text, body text, previous text, "
         "hash text"),
        (), (), False,
    ),
    "audit_openings": (
        "stream number",
        "stream text, number int, customer_id text?, salt bytes?, content bytes?",
        (), ("customer_id",), False,
    ),
    "audit_digests": (
        "number",
        "number int, content text, recorded_at int",
        (), (), False,
    ),
    "store_state": (
        "name",
        "name text, value text",
        (), (), False,
    ),
}  # fmt: skip


def upgrade(op: Operations) -> None:
    """Make the tables."""
    for table, (key, columns, unique, indexes, clustered) in _TABLES.items():
        named = PrimaryKeyConstraint(*key.split(), name=f"pk_{table}")
        parts = (*map(_column, columns.split(", ")), named, *_unique(table, unique))
        op.create_table(table, *parts, sqlite_with_rowid=not clustered)
        for names in indexes:
            op.create_index(f"ix_{table}_{'_'.join(names.split())}", table, names.split())


def _column(written: str) -> Column[Any]:
    name, kind = written.split()
    return Column(name, _KINDS[kind.removesuffix("?")], nullable=kind.endswith("?"), autoincrement=False)


def _unique(table: str, unique: tuple[str, ...]) -> list[UniqueConstraint]:
    return [
        UniqueConstraint(*names.split(), name=f"uq_{table}_{'_'.join(names.split())}") for names in unique
    ]
