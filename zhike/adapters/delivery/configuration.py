"""The file that says which channel uses which deliverer, by first day: YAML or TOML, named by ``--deliverers`` or ``$ZHIKE_DELIVERERS``."""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from contextlib import suppress
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from zhike.act.deliveries import Deliverers
from zhike.act.emergency import ALERTS
from zhike.act.retries import RETRIES, Retries
from zhike.adapters.delivery.file import FileDeliverer
from zhike.adapters.delivery.options import Options
from zhike.adapters.delivery.smtp import SmtpDeliverer
from zhike.adapters.delivery.webhook import WebhookDeliverer, WebhookLimits
from zhike.core.contracts import CHANNELS
from zhike.core.errors import InputNotFoundError, InputUnreadableError, ZhikeError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.core.ports import Deliverer
    from zhike.core.rulebook import Rulebook

__all__ = ["DELIVERERS", "GROUP", "ChannelsInForce", "deliverers_file", "deliverers_of"]

DELIVERERS: Final = "ZHIKE_DELIVERERS"
GROUP: Final = "zhike.deliverers"
"""Entry points of others: each is called with an `Options` and returns a `Deliverer`."""
_OWN: Final[Mapping[str, Callable[[Options], Deliverer]]] = {
    "file": FileDeliverer.of, "smtp": SmtpDeliverer.of, "webhook": WebhookDeliverer.of,
}  # fmt: skip
_KEYS: Final = ("channels", "alerts", "webhooks")
_DAY: Final = 86_400_000_000
"""Microseconds."""


def deliverers_file(given: Path | None) -> Path | None:
    """Return the file as given, else the one of ``$ZHIKE_DELIVERERS``, else None."""
    named = os.environ.get(DELIVERERS)
    return given or (Path(named) if named else None)


class ChannelsInForce:
    """The channels that have a deliverer, asked for all the time; the file is read again when it has changed, or the day has.

    A file that has become unreadable leaves things as they are: whoever delivers says what is wrong with it.

    Parameters
    ----------
    path : Path or None
        None for no channel.

    Raises
    ------
    InputNotFoundError, InputUnreadableError
        When the file is not there, or is not what it should be.
    """

    def __init__(self, path: Path | None, now: int) -> None:
        self._path = path
        self._seen = self._state(now)
        self._channels = self._read(now)

    def __call__(self, now: int) -> frozenset[str]:
        """Return the channels at an instant, microseconds of UTC."""
        with suppress(OSError, ZhikeError):
            seen = self._state(now)
            if seen != self._seen:
                self._channels, self._seen = self._read(now), seen
        return self._channels

    def _state(self, now: int) -> tuple[int, int]:
        changed = self._path.stat().st_mtime_ns if self._path is not None and self._path.is_file() else 0
        return changed, now // _DAY

    def _read(self, now: int) -> frozenset[str]:
        if self._path is None:
            return frozenset()
        return frozenset(_in_force(self._path, _day(now)).get("channels") or {})


def deliverers_of(path: Path | None, now: int, rulebook: Rulebook) -> Deliverers:
    """Return the deliverers at an instant, microseconds of UTC; without a file those of webhooks only.

    Raises
    ------
    InputNotFoundError, InputUnreadableError
        When the file, or one that it names, is not there or is not what it should be.
    RuleNotFoundError
        When the rulebook does not say on that day how messages are tried again.
    """
    day = _day(now)
    found = {} if path is None else _in_force(path, day)
    carriers = {} if path is None else {name: _deliverer(raw, path, name) for name, raw in _routes(found)}
    limits = WebhookLimits() if path is None else _limits(found.get("webhooks") or {}, path)

    def webhook(row: Mapping[str, Any]) -> Deliverer:
        return WebhookDeliverer(row["url"], row["secret"], limits)

    return Deliverers(carriers, webhook, Retries.of(rulebook.at(RETRIES, day)))


def _routes(found: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the options of every route: the channels, and that of what staff must be told at once."""
    alerts = found.get("alerts")
    return [*(found.get("channels") or {}).items(), *([] if alerts is None else [(ALERTS, alerts)])]


def _day(now: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=now // _DAY)


def _limits(raw: Mapping[str, Any], path: Path) -> WebhookLimits:
    options = Options(raw, path.parent, f"{path}, webhooks")
    limits = WebhookLimits.of(options)
    options.end()
    return limits


def _deliverer(raw: Mapping[str, Any], path: Path, route: str) -> Deliverer:
    options = Options(raw, path.parent, f"{path}, {route}")
    name = options.text("deliverer")
    if name in _OWN:
        made = _OWN[name](options)
    else:
        others = {point.name: point for point in entry_points(group=GROUP)}
        if name not in others:
            raise options.wrong(f"deliverer '{name}'", ", ".join(sorted({*_OWN, *others})))
        made = others[name].load()(options)
    options.end()
    return made


def _in_force(path: Path, day: dt.date) -> dict[str, Any]:
    """Return what the file says on a day; before its first day, nothing."""
    versions = _versions(path)
    past = [first for first in versions if first <= day]
    found = versions[max(past)] if past else {}
    known = (
        isinstance(found, dict)
        and set(found) <= set(_KEYS)
        and all(isinstance(one, dict | None) for one in found.values())
    )
    if not known:
        raise _unreadable(path, f"{found!r}", phrase("the keys {names}", names=", ".join(_KEYS)))
    channels = found.get("channels") or {}
    odd = [name for name, raw in channels.items() if name not in CHANNELS or not isinstance(raw, dict)]
    if odd:
        raise _unreadable(
            path, phrase("channels {odd}", odd=odd), phrase("options for {names}", names=", ".join(CHANNELS))
        )
    return found


def _versions(path: Path) -> dict[dt.date, Any]:
    try:
        text = path.read_text("utf-8")
        raw = tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
    except FileNotFoundError as problem:
        raise InputNotFoundError(path=str(path)) from problem
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, yaml.YAMLError) as problem:
        raise _unreadable(
            path, type(problem).__name__, phrase("YAML, or TOML in a file named .toml")
        ) from problem
    values = raw.get("values") if isinstance(raw, dict) else None
    if not isinstance(values, dict) or set(raw) != {"values"}:
        raise _unreadable(
            path, phrase("another shape"), phrase("the key values, with what holds by its first day")
        )
    try:
        return {dt.date.fromisoformat(str(first)): found for first, found in values.items()}
    except ValueError as problem:
        raise _unreadable(
            path, phrase("days {values}", values=list(values)), phrase("days such as 2026-01-01")
        ) from problem


def _unreadable(path: Path, what: object, expected: object) -> InputUnreadableError:
    return InputUnreadableError(
        path=str(path),
        what=what,
        expected=expected,
        advice=phrase("See docs/concepts/delivery.md, then correct the file."),
    )
