"""The tables of the ledger: what the bank did, was told and promised, kept so that it can be proven and, person by person, forgotten.

A column says its type, its personal-data class (as in `zhike.core.tables`) and whether it is *sealed*: written encrypted under the
key of the row's ``customer_id``, so that destroying that key makes it unreadable wherever a copy of it lies; where the row has no
customer, under the bank's own key. Instants are whole
microseconds since 1970 in UTC, days are ISO texts, so that every back end holds the same values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CUSTOMER", "LEDGER", "LedgerColumn", "LedgerTable", "ledger_table", "ordering"]

LedgerType = Literal["text", "int", "float", "bool", "instant", "day", "json", "bytes"]
CUSTOMER: Final = "customer_id"


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """One column.

    Parameters
    ----------
    dtype : str
        ``json`` is what JSON can hold, returned as Python values; ``bytes`` are as they are.
    personal : str
        Class of JR/T 0171-2020: ``C1`` to ``C3``, ``-`` for none.
    sealed : bool
        Whether it is encrypted under the customer's key, or the bank's where there is no customer; sealed columns can be neither sought nor ordered by.
    """

    name: str
    dtype: LedgerType
    personal: str
    meaning: str
    required: bool = True
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """One table: what a row is, its key, what else is unique or looked up, its columns."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[LedgerColumn, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    clustered: bool = False
    """Whether rows lie in the order of their key where the back end can: for many small rows that are only sought by it."""

    @property
    def personal(self) -> bool:
        """Whether its rows belong to a customer."""
        return any(column.name == CUSTOMER for column in self.columns)

    @property
    def sealed(self) -> tuple[str, ...]:
        """Names of the columns that are encrypted."""
        return tuple(column.name for column in self.columns if column.sealed)

    def column(self, name: str) -> LedgerColumn:
        """Return a column by name."""
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            names = ", ".join(column.name for column in self.columns)
            raise UsageError(
                what=phrase("column '{name}' of table '{name2}'", name=name, name2=self.name), expected=names
            )
        return found


def _column(name: str, dtype: LedgerType, personal: str, meaning: str) -> LedgerColumn:
    return LedgerColumn(name, dtype, personal, meaning)


def _maybe(name: str, dtype: LedgerType, personal: str, meaning: str) -> LedgerColumn:
    return LedgerColumn(name, dtype, personal, meaning, required=False)


def _sealed(name: str, dtype: LedgerType, meaning: str, personal: str = "C2") -> LedgerColumn:
    return LedgerColumn(name, dtype, personal, meaning, required=False, sealed=True)


_WHO: Final = _column(CUSTOMER, "text", "C2", "The customer.")
_AT: Final = _column("recorded_at", "instant", "C1", "When it was recorded.")
_ACTOR: Final = _column("actor", "text", "C1", "Who did it: a member of staff, a machine, or the customer.")

_TABLES: Final = (
    # -- what serving rests on ---------------------------------------------------------------------------------------
    LedgerTable(
        "publications", "Feature rows published from an archive, for decisions in real time.", ("number",),
        (
            _column("number", "int", "-", "Counted up, never used twice."),
            _column("at", "day", "-", "Day of the archive."),
            _column("policy", "text", "-", "Path of the policy."),
            _column("policy_version", "text", "-", "Its version."),
            _column("manifest", "text", "-", "SHA-256 of the bank's manifest: all rows that it rests on."),
            _column("setting", "text", "-", "Address of the blob with actions, conditions, prices and software versions."),
            _column("customers", "int", "-", "Number of dossiers."),
            _column("state", "text", "-", "building, active or retired."),
            _AT, _ACTOR,
        ),
    ),
    LedgerTable(
        "dossiers", "What is known and computed beforehand of one customer.", ("publication", CUSTOMER),
        (
            _column("publication", "int", "-", "Number of the publication."), _WHO,
            _sealed("content", "bytes", "Inputs, verdicts, scores and values of all candidates."),
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "portraits", "What pages show of one customer of the active publication.", ("publication", CUSTOMER),
        (
            _column("publication", "int", "-", "Number of the publication."), _WHO,
            _sealed("content", "bytes", "The archive's row and the rows behind it, as compressed JSON."),
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "identities", "Name and phone number of a customer, as last published.", (CUSTOMER,),
        (
            _WHO, _sealed("content", "json", "Name and phone number."),
            _column("fingerprint", "text", "-", "Keyed hash of the content: whether it has changed is seen without opening it."),
        ),
    ),
    LedgerTable(
        "search_terms", "Under which keyed hashes a customer is found: parts of the name, its pinyin, the end of the phone number.",
        ("term", CUSTOMER),
        (_column("term", "int", "-", "First eight bytes of the hash under the search key."), _WHO),
        clustered=True,
    ),
    LedgerTable(
        "search_keys", "The key of the hashes by which customers are found.", ("key_id",),
        (_column("key_id", "text", "-", "Identifier."), _sealed("content", "bytes", "The key.", "C3"), _AT),
    ),
    LedgerTable(
        "blobs", "Content that many rows share, found by its hash; nothing personal.", ("address",),
        (
            _column("address", "text", "-", "SHA-256 of the content."),
            _column("content", "bytes", "-", "The content."),
        ),
    ),
    LedgerTable(
        "customers", "Who the customers are to the ledger: branch, adviser, merges, erasure.", (CUSTOMER,),
        (
            _WHO,
            _maybe("branch", "text", "C1", "Branch or region that serves the customer."),
            _maybe("adviser", "text", "C1", "Member of staff who advises the customer."),
            _maybe("tier", "text", "C1", "Service tier, as the publication has it."),
            _maybe("contacted_on", "day", "C1", "Day of the last contact by the bank that the publication knows."),
            _maybe("household_id", "text", "C1", "Household whose members share caps, where the policy has such caps."),
            _maybe("merged_into", "text", "C2", "The customer that this one turned out to be."),
            _column("state", "text", "C1", "active, merged, anonymised or erased."),
            _column("version", "int", "C1", "Raised by every change of what is live about the customer."),
            _sealed("live", "json", "Contacts, consents, refusals, preferences since the publication."),
        ),
        indexes=(("adviser",), ("branch",), ("household_id",), ("merged_into",)),
    ),
    LedgerTable(
        "person_keys", "The key under which one customer's data are sealed, itself wrapped by the bank's key.", (CUSTOMER,),
        (
            _WHO,
            _maybe("wrapped", "bytes", "C3", "The wrapped key; gone after erasure."),
            _column("created_at", "instant", "C1", "When it was made."),
            _maybe("destroyed_at", "instant", "C1", "When it was destroyed."),
        ),
    ),
    # -- decisions and what became of them ---------------------------------------------------------------------------
    LedgerTable(
        "decisions", "One decision for one customer, served or from a batch.", ("decision_id",),
        (
            _column("decision_id", "text", "C1", "Identifier; also the seed of its draws."), _WHO,
            _column("decided_at", "instant", "C1", "When."),
            _column("origin", "text", "-", "online or batch."),
            _column("publication", "int", "-", "Number of the publication."),
            _maybe("prices", "text", "-", "Address of the prices used."),
            _column("degraded", "text", "-", "Why a safe answer was given; empty for a full decision."),
            _sealed("context", "json", "Channel, reason of contact and what the customer did a moment before."),
            _sealed("record", "json", "What was chosen, with probabilities and values."),
        ),
        indexes=((CUSTOMER, "decided_at"), ("decided_at",)),
    ),
    LedgerTable(
        "offers", "An action made to a customer and what became of it.", ("offer_id",),
        (
            _column("offer_id", "text", "C1", "Identifier."), _column("decision_id", "text", "C1", "The decision."), _WHO,
            _column("rank", "int", "C1", "Place in the list."),
            _column("action_id", "text", "C1", "The action."),
            _column("channel", "text", "C1", "Channel."),
            _column("kind", "text", "-", "sale, care, service, mandatory or none."),
            _column("outbound", "bool", "-", "Whether it counts as a contact by the bank."),
            _column("probability", "float", "-", "P(chosen at its place)."),
            _column("state", "text", "C1", "made, shown, accepted, refused, lapsed or blocked."),
            _column("made_at", "instant", "C1", "When it was made."),
            _column("changed_at", "instant", "C1", "When its state last changed."),
            _maybe("lapses_at", "instant", "C1", "When it lapses unanswered."),
        ),
        indexes=((CUSTOMER, "made_at"), ("decision_id",), ("state", "lapses_at")),
    ),
    LedgerTable(
        "responses", "What a customer or a channel answered to an offer.", ("response_id",),
        (
            _column("response_id", "text", "C1", "Identifier."), _column("offer_id", "text", "C1", "The offer."), _WHO,
            _column("outcome", "text", "C2", "shown, accepted, refused, lapsed or blocked."),
            _sealed("reason", "text", "The reason given."),
            _column("responded_at", "instant", "C1", "When it happened."),
            _column("late", "bool", "-", "Whether it came after the offer had lapsed."), _AT, _ACTOR,
        ),
        indexes=((CUSTOMER,), ("offer_id",)),
    ),
    # -- the customer's word -----------------------------------------------------------------------------------------
    LedgerTable(
        "consents", "An answer to a purpose on a channel; the last one speaks, a withdrawal at once.", ("consent_id",),
        (
            _column("consent_id", "text", "C1", "Identifier."), _WHO,
            _column("purpose", "text", "C2", "Purpose."), _column("channel", "text", "C2", "Channel, or all."),
            _column("status", "text", "C2", "given or withdrawn."),
            _sealed("evidence", "json", "How it was given: form, wording, place."),
            _column("valid_from", "day", "C2", "First day."), _maybe("expires_on", "day", "C2", "First day on which it no longer holds."),
            _AT, _ACTOR,
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "preferences", "What a customer wants of channels, hours, frequency and topics; the last one of a kind speaks.", ("preference_id",),
        (
            _column("preference_id", "text", "C1", "Identifier."), _WHO,
            _column("kind", "text", "C1", "channels, hours, frequency or topics."),
            _sealed("value", "json", "What is wanted."), _AT, _ACTOR,
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "notes", "What staff wrote about a customer: facts, the customer's words, judgement and suggestion, each apart.", ("note_id",),
        (
            _column("note_id", "text", "C1", "Identifier."), _WHO, _column("kind", "text", "C1", "note, call, meeting or visit."),
            _maybe("channel", "text", "C1", "Over which channel, where there was a contact."),
            _maybe("happened_at", "instant", "C1", "When the contact was."),
            _sealed("text", "text", "Facts."), _sealed("words", "text", "What the customer said, in their words."),
            _sealed("judgement", "text", "What the writer makes of it."), _sealed("suggestion", "text", "What the writer would do."),
            _AT, _ACTOR,
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "tasks", "Something that a member of staff is to do.", ("task_id",),
        (
            _column("task_id", "text", "C1", "Identifier."), _WHO,
            _maybe("offer_id", "text", "C1", "The offer it serves."), _maybe("assignee", "text", "C1", "Member of staff."),
            _column("kind", "text", "C1", "What is to be done."), _column("state", "text", "C1", "open, claimed, done or cancelled."),
            _maybe("starts_on", "day", "C1", "Day before which it rests."), _maybe("due_on", "day", "C1", "Last day."),
            _maybe("minutes", "int", "C1", "That it takes, where that is known."), _sealed("text", "text", "Details."),
            _maybe("outcome", "text", "C2", "achieved, not_reached, not_needed or set_aside."),
            _sealed("result", "text", "What came of it, or why it was not done."),
            _maybe("closed_at", "instant", "C1", "When it was done or cancelled."), _AT, _ACTOR,
        ),
        indexes=((CUSTOMER,), ("assignee", "state")),
    ),
    LedgerTable(
        "hand_overs", "That a task was given to somebody else to do.", ("hand_over_id",),
        (
            _column("hand_over_id", "text", "C1", "Identifier."), _WHO, _column("task_id", "text", "C1", "The task."),
            _maybe("from_staff", "text", "C1", "Member of staff who had it; nobody where it was to be claimed."),
            _column("to_staff", "text", "C1", "Member of staff who has it since."), _AT, _ACTOR,
        ),
        indexes=((CUSTOMER,), ("recorded_at",)),
    ),
    LedgerTable(
        "cases", "A request of a customer, with its clock.", ("case_id",),
        (
            _column("case_id", "text", "C1", "Identifier."), _WHO,
            _column("kind", "text", "C2", "correction, access, erasure or other."),
            _column("state", "text", "C2", "open, answered or closed."),
            _column("opened_on", "day", "C2", "First day."), _maybe("due_on", "day", "C2", "Last day for an answer."),
            _sealed("text", "json", "What it is about and what was done."), _AT, _ACTOR,
        ),
        indexes=((CUSTOMER, "state"), ("state", "due_on")),
    ),
    LedgerTable(
        "complaints", "A complaint as it stands; how it came to stand so is in its steps.", ("complaint_id",),
        (
            _column("complaint_id", "text", "C1", "Identifier."), _WHO,
            _column("state", "text", "C2", "Of complaints.life."), _column("open", "bool", "C2", "Whether it is not at its end."),
            _column("received_at", "instant", "C1", "When the bank received it; never changed."),
            _column("channel", "text", "C2", "Over which it came in."),
            _maybe("intake_key", "text", "C1", "Name under which it was handed in, so that it comes in once however often it is sent."),
            _column("regime", "text", "C1", "Whose clocks run."), _maybe("complexity", "text", "C2", "simple, complex or special; none before it is assessed."),
            _maybe("business", "text", "C2", "What it is about, by complaints.businesses."),
            _maybe("issue", "text", "C2", "What is complained of, by complaints.issues."),
            _maybe("cause", "text", "C2", "Its root cause, by listening.causes."),
            _maybe("handler", "text", "C1", "Member of staff who handles it."),
            _maybe("legal_due", "day", "C2", "Earliest legal date of a clock that runs; none where none runs or it cannot be computed."),
            _maybe("safe_due", "day", "C2", "Earliest last working day on or before such a date."),
            _maybe("into", "text", "C1", "The complaint that it was joined to."),
            _maybe("group_id", "text", "C1", "The group complaint that it is part of."),
            _maybe("priority", "int", "C2", "How soon it is to be looked at, the highest first; none where nobody said."),
            _maybe("trace", "bytes", "C2", "Keyed sketch of its words without personal data: like complaints have like ones."),
            _sealed("detail", "json", "The complainant's words, who speaks for them, whom it is about."),
            _column("changed_at", "instant", "C1", "When its last step was made."), _AT, _ACTOR,
        ),
        unique=(("intake_key",),), indexes=((CUSTOMER, "open"), ("open", "safe_due"), ("state",), ("group_id",), ("business", "issue", "changed_at")),
    ),
    LedgerTable(
        "complaint_steps", "One step in the life of a complaint: who, what, when, on which ground, and the dates before and after.", ("complaint_id", "number"),
        (
            _column("complaint_id", "text", "C1", "The complaint."), _column("number", "int", "-", "Counted from 0, the receipt."), _WHO,
            _column("move", "text", "C2", "Of complaints.life; receive for the receipt."),
            _column("from_state", "text", "C2", "State before; empty for the receipt."), _column("to_state", "text", "C2", "State after."),
            _column("rules", "text", "C1", "Version of complaints.life by which it was made."),
            _sealed("content", "json", "What was said with it, proof of notice, and the dates before and after."), _AT, _ACTOR,
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "complaint_messages", "A message that came in and may be a complaint: kept once, with what was made of it.", ("message_id",),
        (
            _column("message_id", "text", "C1", "Identifier."), _maybe(CUSTOMER, "text", "C2", "The customer, once it is known whose it is."),
            _maybe("complaint_id", "text", "C1", "The complaint that it opened, or came to."),
            _column("channel", "text", "C2", "Over which it came in."),
            _column("state", "text", "C1", "opened, added, waiting for a person, or set_aside."),
            _maybe("code", "text", "C1", "Why it waits or was set aside."),
            _column("intake_key", "text", "C1", "Hash of the name under which it was handed in."),
            _maybe("reference", "text", "C1", "Hash of its own name, by which answers refer to it."),
            _maybe("sender", "text", "C1", "Keyed hash of the address from which it came."),
            _column("received_at", "instant", "C1", "When the bank received it."),
            _sealed("content", "json", "Words, subject, sender, whose answer it is, what was noticed in reading it."), _AT, _ACTOR,
        ),
        unique=(("intake_key",),), indexes=((CUSTOMER,), ("complaint_id",), ("state", "received_at"), ("reference",), ("sender",)),
    ),
    LedgerTable(
        "complaint_documents", "A document that came in with a complaint or was handed in for one: nothing is asked for twice.", ("document_id",),
        (
            _column("document_id", "text", "C1", "Identifier."), _maybe(CUSTOMER, "text", "C2", "The customer."),
            _maybe("complaint_id", "text", "C1", "The complaint that it was filed to."), _maybe("message_id", "text", "C1", "The message with which it came."),
            _maybe("kind", "text", "C2", "Of complaints.documents; none until a person says what it is."),
            _column("sha256", "text", "C2", "Hash of its bytes."),
            _sealed("content", "json", "Name, type, size and, where it is kept here, its bytes as base64."), _AT, _ACTOR,
        ),
        indexes=((CUSTOMER, "kind"), ("complaint_id",), ("message_id",)),
    ),
    LedgerTable(
        "complaint_groups", "Complaints of several people about one thing, answered in one.", ("group_id",),
        (
            _column("group_id", "text", "C1", "Identifier."), _column("people", "int", "C1", "How many people it is said to be."),
            _sealed("content", "json", "What it is about, which complaints speak for all, the plan."),
            _column("changed_at", "instant", "C1", "When it last changed."), _AT, _ACTOR,
        ),
    ),
    LedgerTable(
        "complaint_justices", "A reviewer's judgement of how fairly a complaint was handled: its outcome, its procedure, and how the customer was treated.",
        ("judgement_id",),
        (
            _column("judgement_id", "text", "C1", "Identifier."), _WHO, _column("complaint_id", "text", "C1", "The complaint."),
            _sealed("judged", "json", "outcome, procedure and interaction from 1 to 5, and why."), _AT, _ACTOR,
        ),
        indexes=((CUSTOMER,), ("complaint_id",)),
    ),
    LedgerTable(
        "customer_links", "A link to the customer's own page, bound to one customer and limited in time.", ("link_id",),
        (
            _column("link_id", "text", "C1", "Identifier, under which it can be withdrawn."), _WHO,
            _column("link_hash", "text", "C3", "SHA-256 of what the link carries; the token itself is kept nowhere."),
            _column("expires_at", "instant", "-", "When it ends."), _maybe("revoked_at", "instant", "-", "When it was withdrawn."),
            _maybe("used_at", "instant", "C1", "When it was last used, noted once a day."),
            _maybe("invitation_id", "text", "C1", "The survey to which it leads and to nothing else; none where it leads to the whole page."),
            _maybe("mode", "text", "C1", "Over what that survey is filled in by it: web, tablet or kiosk."), _AT, _ACTOR,
        ),
        unique=(("link_hash",),), indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "survey_invitations", "That a customer was asked to fill in a survey, and what became of it.", ("invitation_id",),
        (
            _column("invitation_id", "text", "C1", "Identifier."), _WHO,
            _column("survey", "text", "C1", "Questionnaire and version, such as instruments.nps@2026-01-01."),
            _column("mode", "text", "C1", "web, tablet, phone or kiosk."),
            _column("seed", "int", "-", "Draws the order in which things are asked."),
            _column("state", "text", "C1", "sent, begun, answered, declined or full; one that has lapsed is still sent or begun."),
            _column("reminders", "int", "-", "How often the customer was reminded."),
            _column("lapses_at", "instant", "C1", "Until when it can be answered."),
            _column("changed_at", "instant", "C1", "When its state last changed, or a reminder was sent."),
            _maybe("wave", "text", "C1", "The wave of surveys.waves that asked; none where a member of staff or a machine did."),
            _maybe("asked", "json", "C1", "Channel, whether drawn at random and with which chance, and when the bank told of it over which channel."),
            _sealed("given", "json", "What the questionnaire is told of the customer beforehand."), _AT, _ACTOR,
        ),
        indexes=((CUSTOMER, "state"), ("survey",), ("wave", "state")),
    ),
    LedgerTable(
        "survey_askings", "Why a customer was asked in a wave or was not, as of the last round in which the reason changed.", ("wave", CUSTOMER),
        (
            _column("wave", "text", "C1", "The wave."), _WHO, _column("reason", "text", "C2", "The first reason that held."), _AT,
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "survey_rounds", "That a wave looked for customers to ask on a day: how many were asked, and why the others were not.", ("wave", "day"),
        (
            _column("wave", "text", "-", "The wave."), _column("day", "day", "-", "Day of the bank; there is one round a day."),
            _column("survey", "text", "-", "Questionnaire and version."), _column("counts", "json", "-", "Customers by reason."), _AT, _ACTOR,
        ),
    ),
    LedgerTable(
        "survey_places", "That a sheet takes a place of a quota of its questionnaire; once it is sent, nothing leads from the place to the sheet.", ("sheet_id", "quota"),
        (
            _column("sheet_id", "text", "-", "The invitation or the sheet at a kiosk while the place is held; then no sheet's."),
            _column("instrument", "text", "-", "Questionnaire, whatever its version."), _column("quota", "text", "-", "The quota."),
            _column("state", "text", "-", "held while the sheet is filled in, taken once it was sent."),
            _maybe("held_until", "instant", "-", "Until when it is held; none once it is taken."), _AT,
        ),
        indexes=(("instrument", "quota", "state"),),
    ),
    LedgerTable(
        "kiosks", "A device at a branch on which whoever comes can fill in a survey.", ("kiosk_id",),
        (
            _column("kiosk_id", "text", "-", "Identifier."), _column("name", "text", "-", "Where it stands."),
            _maybe("branch", "text", "-", "The branch."), _column("instrument", "text", "-", "What is asked: the version in force on the day."),
            _column("token_hash", "text", "C3", "SHA-256 of what the device shows; the token itself is kept nowhere."),
            _column("expires_at", "instant", "-", "When it ends."), _maybe("stopped_at", "instant", "-", "When it was stopped."), _AT, _ACTOR,
        ),
        unique=(("token_hash",),),
    ),
    LedgerTable(
        "kiosk_sheets", "A sheet that somebody nobody knows has filled in at a kiosk, half or whole.", ("sheet_id",),
        (
            _column("sheet_id", "text", "-", "Identifier, which the device alone knows while it is filled in."),
            _column("kiosk_id", "text", "-", "The kiosk."), _maybe("branch", "text", "-", "Its branch."),
            _column("survey", "text", "-", "Questionnaire and version."), _column("state", "text", "-", "partial or complete."),
            _sealed("answer", "json", "The sheet."), _sealed("scores", "json", "Scores of a complete sheet by name."),
            _column("changed_at", "instant", "-", "When it was last saved."),
            _maybe("words_gone_at", "instant", "-", "When what was written in own words was taken out; none as long as it is there."),
            _AT,
        ),
        indexes=(("survey",), ("kiosk_id",)),
    ),
    LedgerTable(
        "survey_answers", "A sheet of answers to a survey, half filled or complete.", ("answer_id",),
        (
            _column("answer_id", "text", "C1", "Identifier."), _WHO,
            _column("survey", "text", "C1", "Questionnaire and version."),
            _maybe("invitation_id", "text", "C1", "The invitation that it answers; nobody's where answers were brought in from elsewhere."),
            _column("mode", "text", "C1", "Over what it was filled in."), _column("state", "text", "C1", "partial or complete."),
            _sealed("answer", "json", "The sheet."), _sealed("scores", "json", "Scores of a complete sheet by name."),
            _column("changed_at", "instant", "C1", "When it was last saved."),
            _maybe("words_gone_at", "instant", "-", "When what was written in own words was taken out; none as long as it is there."),
            _AT, _ACTOR,
        ),
        unique=(("invitation_id",),), indexes=((CUSTOMER,), ("survey",)),
    ),
    LedgerTable(
        "loops", "That a customer was found unhappy and somebody answers to them: opened by a rule, closed with cause and action.", ("loop_id",),
        (
            _column("loop_id", "text", "C1", "Identifier."), _WHO,
            _maybe("invitation_id", "text", "C1", "The survey that opened it."),
            _column("trigger", "text", "C2", "What opened it, by listening.loops: instrument and what was read of it."),
            _sealed("detail", "json", "The value that was read, and the customer's words."),
            _maybe("owner", "text", "C1", "Member of staff who is to call back; nobody where it is to be claimed."),
            _maybe("task_id", "text", "C1", "The task to call back."), _column("due_at", "instant", "C1", "Until when."),
            _column("state", "text", "C2", "open or closed."), _maybe("cause", "text", "C2", "Why the customer was unhappy, by listening.causes."),
            _maybe("outcome", "text", "C2", "resolved, partly, not_resolved or not_reached."),
            _sealed("result", "json", "What was done about it, and what the customer said."),
            _maybe("closed_at", "instant", "C1", "When it was closed."), _AT, _ACTOR,
        ),
        indexes=((CUSTOMER, "state"), ("state", "due_at")),
    ),
    LedgerTable(
        "improvements", "A cause of dissatisfaction that is put right: action, owner and due day, where and since when, and what it changed.",
        ("improvement_id",),
        (
            _column("improvement_id", "text", "C1", "Identifier."), _column("title", "text", "C1", "What it is about; names no customer."),
            _column("cause", "text", "C1", "Root cause, by listening.causes."),
            _column("evidence", "json", "C1", "What shows the cause: identifiers of closed call-backs, of complaints and of answers, and names of drivers."),
            _column("action", "text", "C1", "What is changed."), _column("owner", "text", "C1", "Member of staff who sees to it."),
            _column("due_on", "day", "C1", "Day by which it is to be running."),
            _column("measure", "json", "C1", "What is measured again: indicator or series, level, which way is better, by which design."),
            _column("state", "text", "C1", "planned, running, measured or closed."),
            _maybe("start_on", "day", "C1", "First day on which it was running."),
            _column("units", "json", "C1", "Where it was rolled out, and where it was not: named, or drawn by a hash."),
            _maybe("effect", "json", "C1", "What it changed, with its interval, as last measured."),
            _maybe("outcome", "text", "C1", "kept, changed or dropped."), _maybe("conclusion", "text", "C1", "Why."),
            _column("history", "json", "C1", "Each step: state, when, by whom."),
            _column("changed_at", "instant", "C1", "When it last changed."), _AT, _ACTOR,
        ),
        indexes=(("state", "due_on"), ("cause",)),
    ),
    LedgerTable(
        "corrections", "A fact corrected after the archive: valid when, known when, and what it was before.", ("correction_id",),
        (
            _column("correction_id", "text", "C1", "Identifier."), _WHO,
            _column("attribute", "text", "C2", "Attribute of the customer."), _column("valid_from", "day", "C2", "Since when it is so."),
            _sealed("value", "json", "The value."), _sealed("before", "json", "What was known before."), _AT, _ACTOR,
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "merges", "Two records found to be one person; undone by a row that says so.", ("merge_id",),
        (
            _column("merge_id", "text", "C1", "Identifier."), _WHO,
            _column("into", "text", "C2", "The record that stays."), _column("state", "text", "C1", "merged or undone."),
            _sealed("before", "json", "What the merge changed, for undoing it."), _AT, _ACTOR,
        ),
        indexes=((CUSTOMER,), ("into",)),
    ),
    # -- staff, machines, control --------------------------------------------------------------------------------------
    LedgerTable(
        "staff", "A member of staff or a machine that may act.", ("staff_id",),
        (
            _column("staff_id", "text", "C1", "Identifier."), _column("name", "text", "C1", "Name shown."),
            _maybe("branch", "text", "C1", "Branch."), _column("roles", "json", "C1", "Roles."),
            _column("state", "text", "C1", "active or left."), _maybe("password", "text", "C3", "Salted hash of the password."),
            _maybe("failed_tries", "int", "C1", "Wrong passwords since the last right one, or since it was locked."),
            _maybe("locked_until", "instant", "C1", "Until when nobody signs in under the name."),
            _maybe("password_until", "instant", "C1", "Until when a password that somebody else made opens the way to one of their own."), _AT,
        ),
    ),
    LedgerTable(
        "absences", "Days on which a member of staff is away, and who stands in.", ("absence_id",),
        (
            _column("absence_id", "text", "-", "Identifier."), _column("staff_id", "text", "C1", "Who is away."),
            _column("kind", "text", "C1", "leave, training, elsewhere or other; never why somebody is unwell."),
            _column("first_day", "day", "C1", "First day."), _column("last_day", "day", "C1", "Last day."),
            _maybe("deputy", "text", "C1", "Who stands in."), _column("state", "text", "-", "noted, or ended before its time."),
            _maybe("ended_at", "instant", "C1", "When it was ended."), _maybe("ended_by", "text", "C1", "By whom."), _AT, _ACTOR,
        ),
        indexes=(("staff_id", "last_day"), ("deputy", "last_day")),
    ),
    LedgerTable(
        "tokens", "What a machine or a session shows to be let in.", ("token_hash",),
        (
            _column("token_hash", "text", "C3", "SHA-256 of the token; the token itself is kept nowhere."),
            _column("staff_id", "text", "C1", "Whose it is."), _column("kind", "text", "-", "machine or session."),
            _column("scopes", "json", "-", "Verbs, or families of them, that it is limited to; none: all that its owner may."),
            _maybe("expires_at", "instant", "-", "When it ends."), _maybe("revoked_at", "instant", "-", "When it was withdrawn."),
            _maybe("used_at", "instant", "C1", "Of a session: its last use, to about a minute."),
            _maybe("idle", "int", "-", "Of a session: microseconds from its last use after which it has ended."), _AT,
        ),
        indexes=(("staff_id",),),
    ),
    LedgerTable(
        "proposals", "A change that needs a second person.", ("proposal_id",),
        (
            _column("proposal_id", "text", "-", "Identifier."), _column("verb", "text", "-", "What is to be done."),
            _column("subject", "text", "C1", "To what."), _column("content", "json", "C1", "How."),
            _column("state", "text", "-", "proposed, approved, refused, withdrawn or carried_out."),
            _column("proposed_by", "text", "C1", "First person."), _maybe("decided_by", "text", "C1", "Second person."),
            _column("reason", "text", "C1", "Why."), _maybe("expires_at", "instant", "-", "When it ends undecided."), _AT,
        ),
        indexes=(("state",),),
    ),
    LedgerTable(
        "break_glass", "Access beyond one's rights in an emergency.", ("opening_id",),
        (
            _column("opening_id", "text", "-", "Identifier."), _column("staff_id", "text", "C1", "Who."), _WHO,
            _sealed("reason", "text", "Why."), _column("until", "instant", "-", "When it ends."),
            _column("review_by", "instant", "-", "Until when somebody else looks at it."),
            _maybe("reviewed_by", "text", "C1", "Who looked at it."), _maybe("justified", "bool", "C1", "What was found."),
            _sealed("finding", "text", "Why that was found."), _AT,
        ),
        indexes=(("staff_id", CUSTOMER), (CUSTOMER,)),
    ),
    # -- who was forgotten ---------------------------------------------------------------------------------------------
    LedgerTable(
        "erasures", "That a customer was erased or made anonymous in one place, on whose word, with its certificate.", ("erasure_id",),
        (
            _column("erasure_id", "text", "-", "Identifier."),
            _column("subject", "text", "C2", "The customer; kept so that nobody brings them back by oversight."),
            _column("kind", "text", "-", "erase or anonymise."), _column("place", "text", "-", "ledger, or bank: and its name."),
            _column("proposal_id", "text", "-", "The proposal that was approved."),
            _maybe("relationship_end", "day", "C1", "Last day of the relationship, from which duties count."),
            _column("state", "text", "-", "begun, or done once nothing is left in the files."),
            _column("content", "json", "C1", "What was erased and kept; once done, the signed certificate."), _AT, _ACTOR,
        ),
        indexes=(("subject",),),
    ),
    LedgerTable(
        "retained", "What a duty keeps of an erased customer, apart from everything else and sealed under the bank's key.", ("retained_id",),
        (
            _column("retained_id", "text", "-", "Identifier."), _column("erasure_id", "text", "-", "The erasure."),
            _column("origin", "text", "-", "Table it was in; after bank: one of a bank folder."),
            _column("duty", "text", "-", "Path of the duty that keeps it."),
            _maybe("last_day", "day", "-", "Last day on which it is kept; none while the relationship lasts."),
            _maybe(CUSTOMER, "text", "C2", "Nobody: the content is the bank's."), _sealed("content", "json", "The rows."), _AT,
        ),
        indexes=(("erasure_id",), ("last_day",)),
    ),
    # -- delivery ------------------------------------------------------------------------------------------------------
    LedgerTable(
        "outbox", "What is to leave the house: a message, an event for a webhook.", ("message_id",),
        (
            _column("message_id", "text", "C1", "Identifier, the same in every attempt."), _maybe(CUSTOMER, "text", "C2", "The customer."),
            _column("route", "text", "-", "Name of the deliverer, or of the webhook."),
            _column("topic", "text", "-", "What it is."), _sealed("content", "json", "What it says."),
            _column("state", "text", "-", "waiting, sent, blocked or failed."), _column("attempts", "int", "-", "Attempts made."),
            _column("next_at", "instant", "-", "When it is tried next."), _maybe("problem", "text", "-", "What went wrong last."), _AT,
        ),
        indexes=(("state", "next_at"), (CUSTOMER,)),
    ),
    LedgerTable(
        "webhooks", "Where events are sent.", ("webhook_id",),
        (
            _column("webhook_id", "text", "-", "Identifier."), _column("url", "text", "-", "Address."),
            _column("topics", "json", "-", "What it is told."), _sealed("secret", "text", "Key of its signatures.", "C3"),
            _column("state", "text", "-", "active or stopped."), _AT, _ACTOR,
        ),
    ),
    LedgerTable(
        "requests", "Answers already given, by the caller's key, so that asking again does nothing twice.", ("caller", "request_key"),
        (
            _column("caller", "text", "C1", "Who asked."), _column("request_key", "text", "-", "The caller's key."),
            _column("fingerprint", "text", "-", "Hash of what was asked."), _column("status", "int", "-", "HTTP status."),
            _maybe(CUSTOMER, "text", "C2", "The customer, where there is one."),
            _sealed("answer", "json", "The answer."), _AT,
        ),
        indexes=(("recorded_at",), (CUSTOMER,)),
    ),
    LedgerTable(
        "jobs", "Work asked for and done beside the call.", ("job_id",),
        (
            _column("job_id", "text", "-", "Identifier."), _column("kind", "text", "-", "What is done."),
            _column("state", "text", "-", "waiting, running, done or failed."), _column("content", "json", "-", "With what."),
            _maybe("result", "json", "-", "What came of it."), _AT, _ACTOR,
        ),
        indexes=(("state",),),
    ),
    LedgerTable(
        "job_inputs", "With what a job is done where that may be personal; it goes when the job has ended.", ("job_id",),
        (_column("job_id", "text", "-", "Identifier of the job."), _sealed("content", "json", "With what."), _AT),
    ),
    # -- proof ---------------------------------------------------------------------------------------------------------
    LedgerTable(
        "audit_entries", "The audit trail, hash-linked stream by stream.", ("stream", "number"),
        (
            _column("stream", "text", "-", "Stream."), _column("number", "int", "-", "Place in it, from 1."),
            _column("at", "instant", "-", "When."), _column("event", "int", "-", "Number of the event's type."),
            _column("actor", "text", "C1", "Who."), _column("subject", "text", "-", "Commitment to whom it concerns."),
            _column("body", "text", "-", "Commitment to what was done."), _column("previous", "text", "-", "Hash of the entry before."),
            _column("hash", "text", "-", "Its own hash."),
        ),
    ),
    LedgerTable(
        "audit_openings", "What opens the commitments of an entry; goes with the person's key.", ("stream", "number"),
        (
            _column("stream", "text", "-", "Stream."), _column("number", "int", "-", "Place in it."),
            _maybe(CUSTOMER, "text", "C2", "The customer."), _sealed("salt", "bytes", "Salt of the commitments."),
            _sealed("content", "bytes", "What the body commits to."),
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "audit_digests", "Signed digests over the heads of all streams.", ("number",),
        (
            _column("number", "int", "-", "Counted from 1."), _column("content", "json", "-", "The digest with its signature."), _AT,
        ),
    ),
)  # fmt: skip

LEDGER: Final[dict[str, LedgerTable]] = {table.name: table for table in _TABLES}
"""The tables by name, those that others rest on first."""


def ledger_table(name: str) -> LedgerTable:
    """Return a table by name.

    Examples
    --------
    >>> ledger_table("offers").key
    ('offer_id',)
    """
    if name not in LEDGER:
        raise UsageError(what=phrase("table '{name}'", name=name), expected=", ".join(LEDGER))
    return LEDGER[name]


def ordering(table: LedgerTable, order: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Return the columns by which rows are ordered, and whether each falls: those asked for, then what the key adds.

    The key falls where the column before it does, so that a list of the newest first is the reverse of the oldest first.

    Examples
    --------
    >>> ordering(ledger_table("offers"), ("-made_at",))
    (('made_at', True), ('offer_id', True))
    """
    asked = tuple((name.removeprefix("-"), name.startswith("-")) for name in order)
    names = [name for name, _ in asked]
    if len(set(names)) < len(names):
        raise UsageError(
            what=phrase("order {names}", names=", ".join(order)), expected=phrase("each column once")
        )
    falls = asked[-1][1] if asked else False
    # No two rows share the key: once it is whole, nothing more is needed.
    return asked + tuple((table.column(name).name, falls) for name in table.key if name not in names)
