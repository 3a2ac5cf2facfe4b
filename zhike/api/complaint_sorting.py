"""The models by which complaints are sorted as they come in: those in force in the bank's registry, read anew once others are let through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhike.act.complaint_triage import ComplaintSorter
from zhike.core.errors import ZhikeError

if TYPE_CHECKING:
    from zhike.adapters.bank_place import BankPlace

__all__ = ["Sorting", "sorter_of"]

_LISTS: Final = ComplaintSorter()


def sorter_of(bank: BankPlace) -> ComplaintSorter:
    """Return what sorts complaints; the house's lists alone where no model is in force or it cannot be read: a complaint comes in all the same."""
    from zhike.adapters.complaint_models import complaint_models_in_force

    try:
        found = complaint_models_in_force(bank.models())
    except ZhikeError:
        return _LISTS
    return _LISTS if found is None else ComplaintSorter(found[1], found[0])


class Sorting:
    """What a process remembers of the models in force."""

    def __init__(self) -> None:
        self._known: tuple[str | None, ComplaintSorter] = (None, _LISTS)

    def now(self, bank: BankPlace | None) -> ComplaintSorter:
        """Return what sorts complaints now."""
        version = None if bank is None else _version(bank)
        if bank is None or version is None:
            return _LISTS
        if version != self._known[0]:
            self._known = (version, sorter_of(bank))
        return self._known[1]


def _version(bank: BankPlace) -> str | None:
    from zhike.learn.complaint_triage_training import COMPLAINT_TRIAGE

    try:
        return bank.models().champion(COMPLAINT_TRIAGE)
    except ZhikeError:
        return None
