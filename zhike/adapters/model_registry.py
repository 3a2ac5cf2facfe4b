"""Models on disk: a folder each, called by the hash of what it holds, with a history that shows when it was changed.

::

    REGISTRY/NAME/VERSION/model.json      kind, provenance, state without its arrays
                         /arrays.npz      the state's arrays, where it has any
                         /card.json       the card, and card.LANGUAGE.md to read
    REGISTRY/NAME/history.jsonl           what happened to it (`zhike.learn.model_history`)
                 /checks.jsonl            what was found when it was compared with the bank (`zhike.learn.model_checks`)

A folder is complete or absent, and never changed: the same model is the same folder. History and checks are replaced in one step.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.adapters.flushing import flush
from zhike.adapters.folder_swap import built_folder, mend_folder
from zhike.adapters.manifest import MANIFEST
from zhike.core.errors import InputNotFoundError, InputUnreadableError, UsageError
from zhike.core.language import LANGUAGES
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.learn.champion import keep
from zhike.learn.model_card import ModelCard, card_page
from zhike.learn.model_checks import ModelCheck, broken_check, check_of, check_step
from zhike.learn.model_encoding import decoded, encoded
from zhike.learn.model_history import ModelStep, broken_step, champion_of
from zhike.learn.training import ModelRecord, Provenance

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from zhike.core.phrases import Phrase
    from zhike.learn.champion import Stepped

__all__ = ["ModelRegistry", "registry_of"]

LATEST: Final = "latest"
"""Stands for the version that was kept last."""
FORMAT: Final = "zhike-model/1"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_VERSION: Final = re.compile(r"[0-9a-f]{4,64}")
_HISTORY: Final = "history.jsonl"
_CHECKS: Final = "checks.jsonl"
_LOCK: Final = ".lock"
_ADVICE: Final = "Restore the folder from a copy; it is not used as it is."


@dataclass(frozen=True, slots=True)
class ModelRegistry:
    """A folder of models.

    Parameters
    ----------
    path : Path
        Need not exist before the first model is kept.
    """

    path: Path

    def names(self) -> list[str]:
        """Return the names of all models."""
        if not self.path.is_dir():
            return []
        return sorted(folder.name for folder in self.path.iterdir() if (folder / _HISTORY).is_file())

    def history(self, name: str) -> list[ModelStep]:
        """Return what happened to the models of a name, oldest first.

        Raises
        ------
        RecordNotFoundError
            When there is no such name.
        InputUnreadableError
            When a step was changed, left out or put in between.
        """
        file = self._folder(name) / _HISTORY
        if not file.is_file():
            names = ", ".join(self.names())
            what = phrase("model {name!r} (kept: {names})", name=name, names=names)
            raise RecordNotFoundError(
                what=what if names else phrase("model {name!r} (none is kept)", name=name)
            )
        return _read_history(file)

    def versions(self, name: str) -> list[str]:
        """Return the versions of a name in the order in which they were kept."""
        return [step.version for step in self.history(name) if step.kind == "kept"]

    def champion(self, name: str) -> str | None:
        """Return the version in force, None where none was promoted."""
        return champion_of(self.history(name))

    def keep(self, record: ModelRecord, card: ModelCard, actor: str, at: dt.datetime) -> str:
        """Keep a model with its card; return its version. A model that is kept already stays as it is.

        Parameters
        ----------
        record : ModelRecord
        card : ModelCard
            The record's.
        actor : str
        at : datetime
            Now, with its zone.

        Raises
        ------
        UsageError
            When the card is another model's.
        """
        if (card.name, card.version) != (record.name, record.version):
            what = f"the card of {card.name} {card.version} for {record.name} {record.version}"
            raise UsageError(what=what, expected=phrase("the card of the same model"))
        place = self._folder(record.name) / record.version
        with self._locked(record.name):
            mend_folder(place)
            if not place.exists():
                with built_folder(place) as building:
                    _write(building, record, card)
            history = self._history_or_none(record.name)
            step = keep(history, record.version, actor, at)
            if step is not None:
                self._replace(record.name, [*history, step])
        return record.version

    def load(self, name: str, version: str | None = None) -> ModelRecord:
        """Return a model: of a version, of the beginning of one, or the champion.

        Raises
        ------
        RecordNotFoundError
            When there is none.
        InputUnreadableError
            When its files are not what was kept.
        """
        folder = self._folder(name) / self.version_of(name, version)
        try:
            return _read(folder)
        except (OSError, ValueError, KeyError, TypeError) as problem:
            what = f"{type(problem).__name__}: {problem}"
            raise InputUnreadableError(
                path=folder, what=what, expected=phrase("the model that was kept"), advice=_ADVICE
            ) from problem

    def card(self, name: str, version: str | None = None) -> ModelCard:
        """Return a model's card, see `load`."""
        file = self._folder(name) / self.version_of(name, version) / "card.json"
        try:
            return ModelCard.of(json.loads(file.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as problem:
            what = f"{type(problem).__name__}: {problem}"
            raise InputUnreadableError(
                path=file, what=what, expected=phrase("the card that was kept"), advice=_ADVICE
            ) from problem

    def version_of(self, name: str, version: str | None) -> str:
        """Return the whole of a version that is named by its beginning, or as `LATEST`; that in force where none is named.

        Raises
        ------
        RecordNotFoundError
            When there is none, or more than one.
        """
        wanted, kept = self.champion(name) if version is None else version, self.versions(name)
        known = [
            one
            for one in (kept[-1:] if version == LATEST else kept)
            if version == LATEST or (wanted and _VERSION.fullmatch(wanted) and one.startswith(wanted))
        ]
        if len(known) != 1:
            raise RecordNotFoundError(what=_no_version(name, wanted, known, kept))
        return known[0]

    def step(self, name: str, take: Callable[[list[ModelStep]], Stepped]) -> Stepped:
        """Take a step and write it to the history, while nobody else does.

        Parameters
        ----------
        name : str
        take : callable
            Returns the step for the history as it is, see `zhike.learn.champion`.
        """
        with self._locked(name):
            history = self.history(name)
            taken = take(history)
            if taken.step is not None:
                self._replace(name, [*history, taken.step])
        return taken

    def note_check(self, name: str, check: ModelCheck, actor: str | None = None) -> ModelStep:
        """Keep what was found when a version was compared with the bank; return the step of the history that states it.

        Parameters
        ----------
        name : str
        check : ModelCheck
        actor : str, optional
            Who looked.

        Raises
        ------
        InputUnreadableError
            When what was kept before is not what was kept.
        """
        with self._locked(name):
            history, looks = self.history(name), self._checks(name)
            step = check_step(history, looks, check, actor)
            self._write_lines(name, _CHECKS, [*looks, check])
            self._replace(name, [*history, step])
        return step

    def last_check(self, name: str, version: str) -> ModelCheck | None:
        """Return what was found last of a version, None where nobody kept a look at it.

        Raises
        ------
        InputUnreadableError
            When the file is not what was kept.
        """
        return check_of(self.history(name), self._checks(name), version)

    def _folder(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise UsageError(
                what=phrase("a model called {name!r}", name=name),
                expected=phrase("small letters, digits and _, a letter first"),
            )
        return self.path / name

    def _history_or_none(self, name: str) -> list[ModelStep]:
        return self.history(name) if (self._folder(name) / _HISTORY).is_file() else []

    @contextlib.contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        folder = self._folder(name)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / _LOCK).open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _checks(self, name: str) -> list[ModelCheck]:
        file, expected = self._folder(name) / _CHECKS, phrase("the checks as they were written")
        lines = file.read_text("utf-8").splitlines() if file.is_file() else []
        try:
            looks = [ModelCheck.of(json.loads(line)) for line in lines]
        except (ValueError, KeyError, TypeError) as problem:
            what = f"{type(problem).__name__}: {problem}"
            raise InputUnreadableError(path=file, what=what, expected=expected, advice=_ADVICE) from problem
        if broken_check(self.history(name), looks):
            changed = phrase("a check that was changed or is gone")
            raise InputUnreadableError(path=file, what=changed, expected=expected, advice=_ADVICE)
        return looks

    def _replace(self, name: str, history: list[ModelStep]) -> None:
        self._write_lines(name, _HISTORY, history)

    def _write_lines(self, name: str, called: str, rows: Sequence[ModelStep | ModelCheck]) -> None:
        file = self._folder(name) / called
        fresh = file.with_name(f".{called}-{os.getpid()}")
        lines = [json.dumps(row.to_dict(), ensure_ascii=False, sort_keys=True) for row in rows]
        fresh.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        flush(fresh)
        fresh.replace(file)
        flush(file.parent)


def registry_of(path: Path) -> ModelRegistry:
    """Return the registry of a bank folder, its ``models``, or that in a folder of its own.

    Raises
    ------
    InputNotFoundError
        When there is no such folder.
    """
    if not path.is_dir():
        raise InputNotFoundError(path=path)
    return ModelRegistry(path / "models" if (path / MANIFEST).exists() else path)


def _no_version(name: str, wanted: str | None, known: list[str], kept: list[str]) -> Phrase:
    told: dict[str, object] = {"wanted": wanted, "name": name, "versions": ", ".join(known or kept)}
    if wanted is None:
        return phrase("version in force of {name} (kept: {versions}; none was promoted)", **told)
    if known:
        return phrase("single version {wanted!r} of {name} ({versions} begin so)", **told)
    return phrase("version {wanted!r} of {name} (kept: {versions})", **told)


def _write(folder: Path, record: ModelRecord, card: ModelCard) -> None:
    tree, arrays = encoded(record.state)
    head = {"format": FORMAT, "name": record.name, "kind": record.kind, "version": record.version}
    _write_json(folder / "model.json", {**head, "provenance": record.provenance.to_dict(), "state": tree})
    if arrays:
        names: dict[str, Any] = dict(arrays)
        np.savez(folder / "arrays.npz", **names)
        flush(folder / "arrays.npz")
    _write_json(folder / "card.json", card.to_dict())
    for language in LANGUAGES:
        page = folder / f"card.{language}.md"
        page.write_text(card_page(card, language), "utf-8")
        flush(page)
    flush(folder)


def _write_json(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    flush(file)


def _read(folder: Path) -> ModelRecord:
    raw = json.loads((folder / "model.json").read_text("utf-8"))
    if raw["format"] != FORMAT:
        raise ValueError(f"format {raw['format']}")
    file = folder / "arrays.npz"
    arrays: dict[str, Any] = {}
    if file.exists():
        with np.load(file, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
    record = ModelRecord(
        raw["name"], raw["kind"], decoded(raw["state"], arrays), Provenance.of(raw["provenance"])
    )
    if record.version != folder.name:
        raise ValueError(f"the content of {record.version}")
    return record


def _read_history(file: Path) -> list[ModelStep]:
    try:
        steps = [ModelStep.of(json.loads(line)) for line in file.read_text("utf-8").splitlines()]
        broken = broken_step(steps)
    except (ValueError, KeyError, TypeError) as problem:
        raise InputUnreadableError(
            path=file,
            what=phrase("no history ({problem})", problem=problem),
            expected=phrase("the steps as they were written"),
            advice=_ADVICE,
        ) from problem
    if broken is not None:
        raise InputUnreadableError(
            path=file,
            what=phrase("step {broken} was changed", broken=broken),
            expected=phrase("the steps as they were written"),
            advice=_ADVICE,
        )
    return steps
