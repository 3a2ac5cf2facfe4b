"""Options that belong together, as one record: a parameter of a command that is a record stands for an option a field."""

from __future__ import annotations

import functools
import inspect
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, get_type_hints

from zhike.cli.console import chosen_language, emit_json
from zhike.cli.options import AsJson, Lang  # noqa: TC001 - typer reads them

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhike.core.language import Language

__all__ = ["Answer", "option_groups"]


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command answers: to a program, or to a person in their language."""

    as_json: AsJson = False
    lang: Lang = None

    def give(self, found: Any, show: Callable[[Any, Language], None]) -> None:  # noqa: ANN401 - what JSON can hold
        """Print what was found: as JSON, or as ``show`` puts it for people."""
        emit_json(found) if self.as_json else show(found, chosen_language(self.lang))


def option_groups(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command that takes, in place of each parameter that is a record, the record's fields.

    Typer makes an option of a parameter and knows no record; the fields stand where the record stood, so that the help
    lists them in that order.

    Examples
    --------
    >>> def told(name: str, answer: Answer) -> None:
    ...     print(name, answer.as_json)
    >>> list(inspect.signature(option_groups(told)).parameters)
    ['name', 'as_json', 'lang']
    >>> option_groups(told)(name="a", as_json=True, lang=None)
    a True
    """
    hints = get_type_hints(command, include_extras=True)
    groups = {name: hint for name, hint in hints.items() if isinstance(hint, type) and is_dataclass(hint)}

    @functools.wraps(command)
    def called(**given: Any) -> None:  # noqa: ANN401 - a value an option
        records = {
            name: group(**{one.name: given.pop(one.name) for one in fields(group)})
            for name, group in groups.items()
        }
        command(**given, **records)

    options = [
        option
        for name, one in inspect.signature(command).parameters.items()
        for option in (_options(groups[name]) if name in groups else [(name, hints[name], one.default)])
    ]
    called.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=hint, default=default)
            for name, hint, default in options
        ]
    )
    called.__annotations__ = {name: hint for name, hint, _ in options}
    return called


def _options(group: type) -> list[tuple[str, Any, Any]]:
    """Return name, annotation and default of each field of a record."""
    hints = get_type_hints(group, include_extras=True)
    return [
        (one.name, hints[one.name], inspect.Parameter.empty if one.default is MISSING else one.default)
        for one in fields(group)
    ]
