"""Surveys: links to the customer's own page, invitations, rounds, kiosks and answers."""

from __future__ import annotations

from typing import Final

from zhike.core.ledger.table import ACTOR, AT, CUSTOMER, WHO, LedgerTable, column, optional, sealed

__all__ = ["TABLES"]

TABLES: Final = (
    LedgerTable(
        "customer_links", "A link to the customer's own page, bound to one customer and limited in time.", ("link_id",),
        (
            column("link_id", "text", "C1", "Identifier, under which it can be withdrawn."), WHO,
            column("link_hash", "text", "C3", "SHA-256 of what the link carries; the token itself is kept nowhere."),
            column("expires_at", "instant", "-", "When it ends."), optional("revoked_at", "instant", "-", "When it was withdrawn."),
            optional("used_at", "instant", "C1", "When it was last used, noted once a day."),
            optional("invitation_id", "text", "C1", "The survey to which it leads and to nothing else; none where it leads to the whole page."),
            optional("mode", "text", "C1", "Over what that survey is filled in by it: web, tablet or kiosk."), AT, ACTOR,
        ),
        unique=(("link_hash",),), indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "survey_invitations", "That a customer was asked to fill in a survey, and what became of it.", ("invitation_id",),
        (
            column("invitation_id", "text", "C1", "Identifier."), WHO,
            column("survey", "text", "C1", "Questionnaire and version, such as instruments.nps@2026-01-01."),
            column("mode", "text", "C1", "web, tablet, phone or kiosk."),
            column("seed", "int", "-", "Draws the order in which things are asked."),
            column("state", "text", "C1", "sent, begun, answered, declined or full; one that has lapsed is still sent or begun."),
            column("reminders", "int", "-", "How often the customer was reminded."),
            column("lapses_at", "instant", "C1", "Until when it can be answered."),
            column("changed_at", "instant", "C1", "When its state last changed, or a reminder was sent."),
            optional("wave", "text", "C1", "The wave of surveys.waves that asked; none where a member of staff or a machine did."),
            optional("asked", "json", "C1", "Channel, whether drawn at random and with which chance, and when the bank told of it over which channel."),
            sealed("given", "json", "What the questionnaire is told of the customer beforehand."), AT, ACTOR,
        ),
        indexes=((CUSTOMER, "state"), ("survey",), ("wave", "state")),
    ),
    LedgerTable(
        "survey_askings", "Why a customer was asked in a wave or was not, as of the last round in which the reason changed.", ("wave", CUSTOMER),
        (
            column("wave", "text", "C1", "The wave."), WHO, column("reason", "text", "C2", "The first reason that held."), AT,
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "survey_rounds", "That a wave looked for customers to ask on a day: how many were asked, and why the others were not.", ("wave", "day"),
        (
            column("wave", "text", "-", "The wave."), column("day", "day", "-", "Day of the bank; there is one round a day."),
            column("survey", "text", "-", "Questionnaire and version."), column("counts", "json", "-", "Customers by reason."), AT, ACTOR,
        ),
    ),
    LedgerTable(
        "survey_places", "That a sheet takes a place of a quota of its questionnaire; once it is sent, nothing leads from the place to the sheet.", ("sheet_id", "quota"),
        (
            column("sheet_id", "text", "-", "The invitation or the sheet at a kiosk while the place is held; then no sheet's."),
            column("instrument", "text", "-", "Questionnaire, whatever its version."), column("quota", "text", "-", "The quota."),
            column("state", "text", "-", "held while the sheet is filled in, taken once it was sent."),
            optional("held_until", "instant", "-", "Until when it is held; none once it is taken."), AT,
        ),
        indexes=(("instrument", "quota", "state"),),
    ),
    LedgerTable(
        "kiosks", "A device at a branch on which whoever comes can fill in a survey.", ("kiosk_id",),
        (
            column("kiosk_id", "text", "-", "Identifier."), column("name", "text", "-", "Where it stands."),
            optional("branch", "text", "-", "The branch."), column("instrument", "text", "-", "What is asked: the version in force on the day."),
            column("token_hash", "text", "C3", "SHA-256 of what the device shows; the token itself is kept nowhere."),
            column("expires_at", "instant", "-", "When it ends."), optional("stopped_at", "instant", "-", "When it was stopped."), AT, ACTOR,
        ),
        unique=(("token_hash",),),
    ),
    LedgerTable(
        "kiosk_sheets", "A sheet that somebody nobody knows has filled in at a kiosk, half or whole.", ("sheet_id",),
        (
            column("sheet_id", "text", "-", "Identifier, which the device alone knows while it is filled in."),
            column("kiosk_id", "text", "-", "The kiosk."), optional("branch", "text", "-", "Its branch."),
            column("survey", "text", "-", "Questionnaire and version."), column("state", "text", "-", "partial or complete."),
            sealed("answer", "json", "The sheet."), sealed("scores", "json", "Scores of a complete sheet by name."),
            column("changed_at", "instant", "-", "When it was last saved."),
            optional("words_gone_at", "instant", "-", "When what was written in own words was taken out; none as long as it is there."),
            AT,
        ),
        indexes=(("survey",), ("kiosk_id",)),
    ),
    LedgerTable(
        "survey_answers", "A sheet of answers to a survey, half filled or complete.", ("answer_id",),
        (
            column("answer_id", "text", "C1", "Identifier."), WHO,
            column("survey", "text", "C1", "Questionnaire and version."),
            optional("invitation_id", "text", "C1", "The invitation that it answers; nobody's where answers were brought in from elsewhere."),
            column("mode", "text", "C1", "Over what it was filled in."), column("state", "text", "C1", "partial or complete."),
            sealed("answer", "json", "The sheet."), sealed("scores", "json", "Scores of a complete sheet by name."),
            column("changed_at", "instant", "C1", "When it was last saved."),
            optional("words_gone_at", "instant", "-", "When what was written in own words was taken out; none as long as it is there."),
            AT, ACTOR,
        ),
        unique=(("invitation_id",),), indexes=((CUSTOMER,), ("survey",)),
    ),
)  # fmt: skip
