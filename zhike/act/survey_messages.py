"""What asks a customer for their opinion over a channel, and what reminds them: a message with a link that opens the survey and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhike.act.customer_links import OneSurvey, do_make_link
from zhike.act.outbox import Event, queue
from zhike.act.routes import SURVEY_INVITED, SURVEY_REMINDED
from zhike.act.surveys import do_contact, do_remind
from zhike.core.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.act.acting import Acting
    from zhike.core.language import Text
    from zhike.core.ports import Transaction
    from zhike.govern.customer_links import LinkRules

__all__ = ["PATH", "send_invitation", "send_reminder"]

PATH = "/me/#"
"""Path of the page to which the link leads; the token stands behind it."""
_MODE = "web"


def send_invitation(
    acting: Acting, tx: Transaction, rules: LinkRules, row: dict[str, Any], words: Mapping[str, Text], actor: str
) -> dict[str, Any]:  # fmt: skip
    """Queue the message that asks, in the transaction that invites; return the row.

    Parameters
    ----------
    row : dict
        Of an invitation that a wave made.
    words : mapping of str to Text
        ``title`` and ``text``.
    """
    return _sent(acting, tx, rules, row, (SURVEY_INVITED, words), actor)


def send_reminder(
    acting: Acting, tx: Transaction, rules: LinkRules, row: dict[str, Any], words: Mapping[str, Text], actor: str
) -> dict[str, Any]:  # fmt: skip
    """Note that a customer is reminded, see `zhike.act.surveys.check_remind`, and queue the message that does so; return the row."""
    return _sent(acting, tx, rules, do_remind(acting, tx, row, actor), (SURVEY_REMINDED, words), actor)


def _sent(
    acting: Acting, tx: Transaction, rules: LinkRules, row: dict[str, Any], told: tuple[str, Mapping[str, Text]], actor: str
) -> dict[str, Any]:  # fmt: skip
    topic, words = told
    channel = row["asked"]["channel"]
    leads = OneSurvey(row["invitation_id"], _MODE, row["lapses_at"])
    _, token = do_make_link(acting, tx, rules, row["customer_id"], actor, leads)
    content = {
        "customer_id": row["customer_id"], "channel": channel, "invitation_id": row["invitation_id"], "survey": row["survey"],
        **{name: {one: text.in_language(one) for one in LANGUAGES} for name, text in words.items()},
        "path": PATH + token, "lapses_at": row["lapses_at"],
    }  # fmt: skip
    queue(acting, tx, [Event(topic, row["customer_id"], content)], acting.clock.now())
    return do_contact(acting, tx, row, channel)
