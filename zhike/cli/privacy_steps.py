"""What the commands of `zhike privacy` do: open store and rules, find the rights of both persons, call the verbs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from zhike.cli.stores import OPERATOR, store_on
from zhike.core.service_errors import ForbiddenError

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from zhike.act.acting import Acting
    from zhike.act.proposals import Wanted
    from zhike.core.language import Language
    from zhike.core.rulebook import Rulebook
    from zhike.govern.erasure import Kind
    from zhike.govern.roles import AccessRules, Permission

__all__ = ["Two", "dated", "forgotten", "handed_out", "joined", "parted", "swept"]


@dataclass(frozen=True, slots=True)
class Two:
    """Two persons and the reason that they give."""

    proposer: str
    approver: str
    reason: str


class _House:
    """A store with its rules of today."""

    def __init__(self, store: str | None, rulebook: Path | None) -> None:
        from zhike.act.acting import moment
        from zhike.adapters.rule_files import load_rulebook
        from zhike.api.places import acting_over
        from zhike.govern.roles import Access

        opened = store_on(store)
        self.acting, self.keys = acting_over(opened), opened.keys
        self.rulebook: Rulebook = load_rulebook(rulebook)
        self.today: dt.date = moment(self.acting.clock.now()).date()
        self.access = Access.of(self.rulebook)

    def permission(self, staff_id: str, verb: str, customer: str) -> Permission:
        """Return the right of a member of staff to do something for a customer, to whatever end it is granted."""
        from zhike.act.staff import known_actor
        from zhike.govern.roles import decide_access

        with self.acting.store.read() as tx:
            actor, row = known_actor(tx, staff_id), tx.one("customers", customer_id=customer)
        subject = actor.subject(customer, None if row is None else row["branch"])
        for purpose in self.rules(verb).table.purposes:
            found = decide_access(self.access, actor, verb, subject, purpose, self.today)
            if found.allowed:
                return found
        raise ForbiddenError(verb=verb)

    def rules(self, verb: str) -> AccessRules:
        """Return the rules of access of today."""
        found = self.access.at(self.today)
        if found is None:
            raise ForbiddenError(verb=verb)
        return found

    def approved(self, wanted: Wanted, two: Two) -> tuple[str, Permission]:
        """Propose and approve; return the proposal's identifier and the right to carry it out."""
        from zhike.act.proposals import propose, review

        rule = self.rules(wanted.verb).second_person[wanted.verb]
        right = self.permission(two.proposer, wanted.verb, wanted.subject)
        second = self.permission(two.approver, rule.approved_by, wanted.subject)
        row = propose(self.acting, rule, right, wanted, two.reason)
        review(self.acting, row["proposal_id"], second, approve=True, reason=two.reason)
        return row["proposal_id"], right


def handed_out(
    store: str | None, rulebook: Path | None, customer: str, language: Language, *, portable: bool
) -> dict[str, Any]:
    """Return a customer's data for them."""
    from zhike.act.personal_data import HandingOut, export_customer, give_access

    house = _House(store, rulebook)
    handing = HandingOut.of(house.rulebook, house.today, language)
    return (export_customer if portable else give_access)(house.acting, customer, OPERATOR, handing)


def forgotten(
    store: str | None,
    rulebook: Path | None,
    kind: Kind,
    customer: str,
    two: Two,
    *,
    ended: dt.date | None,
    bank: Path | None,
) -> list[dict[str, Any]]:
    """Erase a customer, or make them anonymous; return the certificates. What was begun before is finished."""
    from zhike.act.erasure import finish_erasure
    from zhike.act.retained import erasures_of
    from zhike.adapters.bank import Bank

    house = _House(store, rulebook)
    if bank is not None:
        Bank.open(bank)  # before anything is erased
    with house.acting.store.read() as tx:
        before = [row for row in erasures_of(tx, customer) if row["place"] == "ledger"]
    erasure_id = before[-1]["erasure_id"] if before else _erased(house, kind, customer, two, ended)
    found = [finish_erasure(house.acting, erasure_id, house.keys.audit_seed)]
    return found if bank is None else [*found, *_taken_out(house, bank, [found[0]["customer"]])]


def _erased(house: _House, kind: Kind, customer: str, two: Two, ended: dt.date | None) -> str:
    from zhike.act.erasure import anonymise_customer, check_erasure, erase_customer, wanted_erasure
    from zhike.govern.erasure import LEDGER, ErasureRules

    with house.acting.store.read() as tx:
        check_erasure(tx, customer)
    proposal, right = house.approved(wanted_erasure(customer, kind, ended), two)
    rules = ErasureRules.of(house.rulebook, house.today, LEDGER)
    carry_out = erase_customer if kind == "erase" else anonymise_customer
    erasure_id: str = carry_out(house.acting, proposal, right, rules)["erasure_id"]
    return erasure_id


def _taken_out(house: _House, bank: Path, customers: list[str]) -> list[dict[str, Any]]:
    from zhike.adapters.bank_erasure import erase_in_bank
    from zhike.govern.erasure import BANK, ErasureRules

    rules = ErasureRules.of(house.rulebook, house.today, BANK)
    found = erase_in_bank(
        house.acting, bank, customers, rules, actor=OPERATOR, private_key=house.keys.audit_seed
    )
    return list(found.values())


def swept(store: str | None, rulebook: Path | None, bank: Path) -> list[dict[str, Any]]:
    """Take everybody whom the ledger has erased out of a bank folder; return the certificates."""
    from zhike.adapters.bank_erasure import erased_customers

    house = _House(store, rulebook)
    return _taken_out(house, bank, erased_customers(house.acting))


def joined(store: str | None, rulebook: Path | None, customer: str, into: str, two: Two) -> dict[str, Any]:
    """Merge two records."""
    from zhike.act.merges import VERB, check_merge, merge_customers, wanted_merge

    house = _House(store, rulebook)
    with house.acting.store.read() as tx:
        check_merge(tx, customer, into)
    house.permission(two.proposer, VERB, into)
    proposal, right = house.approved(wanted_merge(customer, into), two)
    merge = merge_customers(house.acting, proposal, right)
    return {"customer": customer, "into": into, "merge": merge["merge_id"]}


def parted(store: str | None, rulebook: Path | None, customer: str, two: Two) -> dict[str, Any]:
    """Undo a merge."""
    from zhike.act.merges import check_unmerge, unmerge_customers, wanted_unmerge

    house = _House(store, rulebook)
    with house.acting.store.read() as tx:
        check_unmerge(tx, customer)
    proposal, right = house.approved(wanted_unmerge(customer), two)
    merge = unmerge_customers(house.acting, proposal, right)
    return {"customer": customer, "merge": merge["merge_id"]}


def expired(store: str | None, rulebook: Path | None) -> dict[str, int]:
    """Remove what is kept no longer; return how many parts of who was erased, messages, sessions of staff, and of surveys own words, sheets and invitations."""
    from zhike.act.ended_sessions import SESSION_DAYS, drop_sessions
    from zhike.act.outbox import MESSAGE_DAYS, drop_ended
    from zhike.act.retained import drop_expired
    from zhike.act.survey_retention import SURVEY_DAYS, SurveyDays, drop_old_answers
    from zhike.measure.surveys.versions import own_words

    house = _House(store, rulebook)
    days, session_days = (
        int(house.rulebook.at(rule, house.today).value) for rule in (MESSAGE_DAYS, SESSION_DAYS)
    )
    survey_days = SurveyDays.of(house.rulebook.at(SURVEY_DAYS, house.today))
    return {
        "parts": drop_expired(house.acting, OPERATOR),
        "messages": drop_ended(house.acting, days, OPERATOR),
        "sessions": drop_sessions(house.acting, session_days, OPERATOR),
        **drop_old_answers(house.acting, survey_days, partial(own_words, house.rulebook), OPERATOR),
    }


def dated(store: str | None, rulebook: Path | None, customer: str, last: dt.date) -> int:
    """Date what is kept of an erased customer; return how many parts."""
    from zhike.act.retained import end_relationship
    from zhike.govern.erasure import LEDGER
    from zhike.govern.retention import RETENTION, RetentionRules

    house = _House(store, rulebook)
    duties = {
        version.path: version
        for path in (RETENTION, LEDGER[0])
        for version in RetentionRules.of(house.rulebook, house.today, path).duties.values()
    }
    acting: Acting = house.acting
    return end_relationship(
        acting, customer, last, {path: one.value for path, one in duties.items()}, OPERATOR
    )
