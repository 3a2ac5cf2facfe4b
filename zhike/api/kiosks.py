"""Kiosks for surveys: as staff set them up and stop them, and as their devices fill in sheets of people whom nobody knows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter

from zhike.act.acting import DAY
from zhike.act.kiosks import (
    do_keep_sheet,
    do_set_up,
    do_stop,
    kiosk_row,
    kiosk_sheet,
    kiosks_of,
    state_of_kiosk,
)
from zhike.act.surveys import COMPLETE, PARTIAL
from zhike.adapters.survey_places import full_quota, given_of, takes_places
from zhike.api.asking import AskingOf
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.api.rendering import instant
from zhike.api.survey_bodies import page_body, places_of, questionnaire_of, scores_of
from zhike.api.survey_filling import MODES_RULE, place_minutes
from zhike.api.survey_models import KioskBody, KioskList, KioskRequest, NewKiosk
from zhike.api.surveys import asked_today, reach_checked
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError, UnauthenticatedError
from zhike.measure.surveys import End, next_page, open_sheet, read_questionnaire
from zhike.measure.surveys.filling import filled_in, page_at, taken_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.api.asking import Asking
    from zhike.api.service import Service
    from zhike.core.language import Language
    from zhike.core.ports import Transaction
    from zhike.govern.roles import Permission
    from zhike.measure.surveys import Questionnaire, Sheet

__all__ = ["Kiosk", "kiosks", "router", "set_up", "shown_kiosk", "stop"]

router = APIRouter(prefix="/kiosks", tags=["surveys"])
_MANAGE: Final = "kiosk.manage"
_KIOSK: Final = "kiosk"
_SHOWN: Final = ("kiosk_id", "name", "branch", "instrument", "actor")


@router.get("", response_model=KioskList, operation_id="kiosks", openapi_extra=needs(_MANAGE))
def kiosks(asking: AskingOf) -> dict[str, Any]:
    """Return the kiosks of whoever asks: those of the own branch, or all of them."""
    service = asking.service
    reach_checked(asking, _MANAGE)
    with service.acting.store.read() as tx:
        rows = [row for row in kiosks_of(tx) if _right(asking, row["branch"]).allowed]
        return {"kiosks": [_body(asking, tx, row) for row in rows]}


@router.post("", response_model=NewKiosk, operation_id="set_up_kiosk", openapi_extra=needs(_MANAGE))
def set_up(body: KioskRequest, asking: AskingOf) -> dict[str, Any]:
    """Set up a kiosk; what its device shows is given this once."""
    service, acting = asking.service, asking.service.acting
    branch = body.branch or asking.actor.branch
    service.checked(_right(asking, branch), phrase("branch"))
    asked_today(asking.service, body.instrument)
    days = int(service.rulebook.at(MODES_RULE, service.today()).value["kiosk_days"])
    kiosk = {"name": body.name, "branch": branch, "instrument": body.instrument}
    with acting.store.write() as tx:
        row, token = do_set_up(acting, tx, kiosk, acting.clock.now() + days * DAY, asking.actor.actor_id)
        return {**_body(asking, tx, row), "token": token}


@router.delete(
    "/{kiosk_id}",
    response_model=KioskBody,
    operation_id="stop_kiosk",
    openapi_extra={**needs(_MANAGE), "conflicting": True},
)
def stop(kiosk_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Stop a kiosk: its device shows nothing from this moment; its sheets stay."""
    service = asking.service
    with service.acting.store.write() as tx:
        row = tx.one("kiosks", kiosk_id=kiosk_id)
        service.checked(
            _right(asking, asking.actor.branch if row is None else row["branch"]), phrase("kiosk")
        )
        if row is None:
            raise RecordNotFoundError(what=phrase("kiosk"))
        return _body(asking, tx, do_stop(service.acting, tx, row, asking.actor.actor_id))


def _right(asking: Asking, branch: str | None) -> Permission:
    return asking.service.permission(asking.actor, _MANAGE, asking.purpose, ("", branch))


def _body(asking: Asking, tx: Transaction, row: Mapping[str, Any]) -> dict[str, Any]:
    questionnaire = asked_today(asking.service, row["instrument"])
    now, own = asking.service.acting.clock.now(), {"kiosk_id": row["kiosk_id"]}
    counts = {state: tx.count("kiosk_sheets", {**own, "state": state}) for state in (COMPLETE, PARTIAL)}
    return {
        **{name: row[name] for name in _SHOWN}, "title": questionnaire.title.in_language(asking.language),
        "state": state_of_kiosk(row, now), "expires_at": instant(row["expires_at"]), "recorded_at": instant(row["recorded_at"]),
        **counts,
    }  # fmt: skip


# -- the device --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A kiosk as its device asks.

    Parameters
    ----------
    row : dict
        The ledger's.
    language : str
        That whoever stands there has chosen.
    """

    service: Service
    row: dict[str, Any]
    language: Language

    def limits(self) -> dict[str, int]:
        """Return how long it waits: ``surveys.modes``."""
        found: dict[str, int] = self.service.rulebook.at(MODES_RULE, self.service.today()).value
        return found

    def title(self) -> str:
        """Return what it asks."""
        return self._questionnaire().title.in_language(self.language)

    def page(self, sheet_id: str, number: int | None, *, elder: bool) -> dict[str, Any]:
        """Return a page of the sheet that is filled in here: the next one, or an earlier one.

        Raises
        ------
        RecordNotFoundError
            When the sheet was sent.
        """
        with self.service.acting.store.read() as tx:
            questionnaire, sheet = self._sheet(tx, sheet_id, elder=elder)
            places = places_of(self.service, tx, questionnaire, sheet_id)
        return page_body(_NOBODYS, questionnaire, sheet, number, places=places)

    def save(
        self, sheet_id: str, answers: Mapping[str, Any], turn: int | None, *, elder: bool
    ) -> dict[str, Any]:
        """Keep answers as far as they are some; return the page to fill in next, with what is none.

        Where the cell of the sheet is full it ends here, and gives back its places.
        """
        acting = self.service.acting
        with acting.store.write() as tx:
            questionnaire, sheet = self._sheet(tx, sheet_id, elder=elder)
            places = places_of(self.service, tx, questionnaire, sheet_id)
            _, page = page_at(questionnaire, sheet, turn, places.filled)
            passed = (
                []
                if page is None or turn is None
                else [ask.key for ask in page.asks if not ask.question.required]
            )
            filled = filled_in(questionnaire, sheet, answers, passed, places.filled)
            do_keep_sheet(acting, tx, self.row, sheet_id, filled.sheet.to_json())
            minutes = place_minutes(self.service)
            takes_places(acting, tx, (questionnaire, filled.sheet, sheet_id), places.filled, minutes)
        number = turn if filled.problems else None
        return page_body(_NOBODYS, questionnaire, filled.sheet, number, filled.problems, places)

    def send(self, sheet_id: str, *, elder: bool) -> tuple[bool, str | None]:
        """Send a sheet in which nothing is left to ask; return whether it counts, and what is said to whoever has filled it in.

        Raises
        ------
        StateConflictError
            When something is left.
        """
        acting = self.service.acting
        with acting.store.write() as tx:
            questionnaire, sheet = self._sheet(tx, sheet_id, elder=elder)
            places = places_of(self.service, tx, questionnaire, sheet_id)
            if not isinstance(next_page(questionnaire, sheet, places.filled), End):
                raise StateConflictError(
                    what=phrase("a survey with questions left"),
                    expected=phrase("an answer to each that needs one"),
                )
            quota = full_quota(questionnaire, sheet, places.filled)
            if quota is not None:
                return False, places.words(questionnaire, quota, self.language)
            do_keep_sheet(acting, tx, self.row, sheet_id, sheet.to_json(), scores_of(questionnaire, sheet))
            takes_places(acting, tx, (questionnaire, sheet, sheet_id), places.filled, minutes=None)
        thanks = questionnaire.thanks
        return True, None if thanks is None else thanks.in_language(self.language)

    def _questionnaire(self) -> Questionnaire:
        return read_questionnaire(
            self.service.rulebook.at(f"instruments.{self.row['instrument']}", self.service.today())
        )

    def _sheet(self, tx: Transaction, sheet_id: str, *, elder: bool) -> tuple[Questionnaire, Sheet]:
        kept = kiosk_sheet(tx, self.row, sheet_id)
        if kept is None:
            questionnaire = self._questionnaire()
            given = given_of(questionnaire, {"branch": self.row["branch"], "tier": None}, {})
            return questionnaire, open_sheet(
                questionnaire, _seed(sheet_id), self.language, _KIOSK, given, elder=elder
            )
        questionnaire = questionnaire_of(self.service.rulebook, kept["survey"])
        return questionnaire, taken_up(questionnaire, {}, kept["answer"], self.language, elder=elder)


_NOBODYS: Final = {"invitation_id": "", "state": "begun", "lapses_at": None}
"""There is no invitation behind a sheet at a kiosk."""


def _seed(sheet_id: str) -> int:
    """Return what draws the order of questions: of one sheet always the same."""
    return int.from_bytes(hashlib.sha256(sheet_id.encode()).digest()[:6])


def shown_kiosk(service: Service, token: str | None, address: str, language: Language) -> Kiosk:
    """Return the kiosk whose device shows a token, if nobody guesses from there.

    Raises
    ------
    UnauthenticatedError
        When it is not open.
    TooManyRequestsError
        When tokens from this address were wrong too often, or this one asks for more than is served.
    """
    now = service.acting.clock.now()
    service.guesses.check(address, now)
    try:
        with service.acting.store.read() as tx:
            row = kiosk_row(tx, token or "", now)
    except UnauthenticatedError:
        service.guesses.take(address, now)
        raise
    service.pace.take(row["kiosk_id"], now)
    return Kiosk(service, row, language)
