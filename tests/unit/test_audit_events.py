"""Numbers of events are for good: each is in the range of its family, and means what it meant when it was first given."""

import re

from zhike.govern.audit_events import FAMILIES, AuditEvent

GIVEN = {
    101: "DECISION_MADE", 102: "DECISIONS_RUN", 103: "DECISION_OVERRIDDEN", 104: "DECISION_EXPLAINED", 105: "DECISIONS_REPLAYED",
    106: "DECISIONS_ASKED",
    107: "STUDY_ASKED",
    108: "STUDY_DONE",
    201: "OFFER_MADE", 202: "OFFER_SHOWN", 203: "OFFER_CHANGED", 204: "OFFER_WITHDRAWN", 205: "OFFER_LAPSED", 206: "OFFER_FULFILLED",
    301: "OFFER_ACCEPTED", 302: "OFFER_REFUSED", 303: "OFFER_POSTPONED", 304: "OFFER_UNANSWERED", 305: "RESPONSE_CORRECTED",
    311: "SUGGESTION_ACCEPTED", 312: "SUGGESTION_REFUSED",
    401: "CONSENT_GIVEN", 402: "CONSENT_WITHDRAWN", 403: "CONSENT_REFUSED", 404: "CONSENT_EXPIRED", 411: "PREFERENCE_SET",
    412: "PREFERENCE_REMOVED", 421: "OBJECTION_RAISED", 422: "OBJECTION_LIFTED",
    501: "CUSTOMER_VIEWED", 502: "ACCESS_GIVEN", 503: "DATA_EXPORTED", 504: "DATA_ERASED", 505: "DATA_ANONYMISED",
    506: "CUSTOMERS_MERGED", 507: "CUSTOMERS_UNMERGED", 508: "DATA_CORRECTED", 509: "PROCESSING_RESTRICTED",
    510: "RESTRICTION_LIFTED", 511: "REQUEST_REFUSED",
    601: "STAFF_ADDED", 602: "STAFF_CHANGED", 603: "STAFF_REMOVED", 604: "ROLE_GRANTED", 605: "ROLE_REVOKED", 606: "BOOK_ASSIGNED",
    607: "SIGNED_IN", 608: "SIGN_IN_REFUSED", 609: "ACCESS_DENIED", 610: "KEY_ISSUED", 611: "KEY_REVOKED",
    612: "SESSIONS_ENDED", 613: "SIGN_IN_LOCKED", 614: "PASSWORD_SET", 621: "POLICY_PROPOSED",
    622: "POLICY_APPROVED", 623: "POLICY_REJECTED", 624: "POLICY_ACTIVATED", 625: "POLICY_ROLLED_BACK", 631: "APPROVAL_ASKED",
    632: "APPROVAL_GIVEN", 633: "APPROVAL_REFUSED", 634: "APPROVAL_WITHDRAWN", 641: "GLASS_BROKEN", 642: "GLASS_REVIEWED",
    701: "CASE_OPENED", 702: "CASE_ASSIGNED", 703: "CASE_ACKNOWLEDGED", 704: "CASE_ANSWERED", 705: "CASE_ESCALATED",
    706: "REDRESS_DECIDED", 707: "CASE_CLOSED", 708: "CASE_REOPENED", 709: "DEADLINE_MISSED", 721: "TASK_CREATED", 722: "TASK_CLAIMED",
    723: "TASK_RELEASED", 724: "TASK_DONE", 725: "TASK_CANCELLED", 726: "TASK_POSTPONED", 727: "TASK_HANDED_OVER",
    731: "NOTE_WRITTEN", 741: "SURVEY_SENT", 742: "SURVEY_ANSWERED", 743: "SURVEY_LAPSED",
    801: "MESSAGE_QUEUED", 802: "MESSAGE_SENT", 803: "MESSAGE_DELIVERED", 804: "MESSAGE_FAILED", 805: "MESSAGE_OPENED",
    806: "MESSAGE_SUPPRESSED", 807: "MESSAGE_CANCELLED", 811: "WEBHOOK_ADDED", 812: "WEBHOOK_SECRET_CHANGED",
    813: "WEBHOOK_STOPPED",
    901: "STORE_CREATED", 902: "STORE_MIGRATED", 903: "STORE_RESTORED", 904: "DATA_LOADED", 905: "ARCHIVE_PUBLISHED",
    906: "MODELS_PUBLISHED", 907: "PRICES_PUBLISHED", 908: "DIGEST_SIGNED", 909: "TRAIL_EXPORTED", 910: "TRAIL_VERIFIED",
    911: "KEYS_ROTATED", 912: "AUDIT_KEY_CHANGED",
}  # fmt: skip
"""Trails with these numbers are kept for decades. A line may be added here; none may be changed or taken away."""


def test_no_number_changed_its_meaning_and_none_is_missing_here():
    assert {int(event): event.name for event in AuditEvent} == GIVEN


def test_every_event_is_in_the_range_of_a_family():
    assert {int(event) // 100 * 100 for event in AuditEvent} == set(FAMILIES)
    assert AuditEvent.DATA_ERASED.family is FAMILIES[500]


def test_every_event_has_words_of_its_own_in_three_languages():
    for language in ("en", "zh_hans", "zh_hant"):
        words = [getattr(event.text, language) for event in AuditEvent]
        assert all(words)
        assert len(set(words)) == len(words), language
    assert all(re.search("[\u4e00-\u9fff]", event.text.zh_hant) for event in AuditEvent)
