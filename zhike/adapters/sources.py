"""The kinds of source that a bank folder can be built from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from zhike.adapters.bank_load import Loading, LoadReport, loading
from zhike.adapters.berka import read_berka
from zhike.adapters.extract import read_extract
from zhike.adapters.far_trans import read_far_trans
from zhike.adapters.seal import refuse_sealed
from zhike.core.errors import MappingError, UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.adapters.bank_load import Load
    from zhike.core.rulebook import Rulebook

__all__ = ["SOURCES", "load_source"]

SOURCES: Final = ("far-trans", "berka", "csv", "parquet")
MINOR_UNITS: Final = "standard.iso4217.minor_units"


def load_source(
    bank: Path,
    kind: str,
    source: Path,
    rules: Rulebook,
    mapping: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LoadReport:
    """Read a source and add it to a bank folder.

    Parameters
    ----------
    bank : Path
        Bank folder; made when absent.
    kind : str
        One of `SOURCES`.
    source : Path
        Folder of the extract.
    rules : Rulebook
        Gives currencies' decimals, and the levels of FAR-Trans' words.
    mapping : Path, optional
        Mapping file of a csv or parquet source.
    progress : callable, optional
        Called with what is done and what there is to do.

    Raises
    ------
    ZhikeError
        When the source cannot be used, or lies in sealed truth; the bank is then as it was.
    """
    if kind not in SOURCES:
        raise UsageError(what=f"--from {kind}", expected=phrase("one of {names}", names=", ".join(SOURCES)))
    if mapping is not None and kind not in ("csv", "parquet"):
        raise UsageError(
            what=phrase("--mapping with --from {kind}", kind=kind),
            expected=phrase("a mapping only with csv or parquet"),
        )
    refuse_sealed(source)
    with loading(bank) as work:
        load = _read(kind, source, rules, mapping, work, progress)
        _check_policy(load, rules, mapping or source / "mapping.yaml")
        return work.commit(load)


def _check_policy(load: Load, rules: Rulebook, mapping: Path) -> None:
    """Refuse a policy that is not there now, rather than on the day of the first decision."""
    known = [entry.path for entry in rules if entry.kind == "policy"]
    if load.policy is not None and load.policy not in known and not Path(load.policy).is_file():
        expected = phrase("one of {names}, or a policy file", names=", ".join(known))
        raise MappingError(
            what=phrase("policy '{policy}'", policy=load.policy), path=mapping, expected=expected
        )


def _read(
    kind: str,
    source: Path,
    rules: Rulebook,
    mapping: Path | None,
    work: Loading,
    progress: Callable[[int, int], None] | None,
) -> Load:
    if kind == "far-trans":
        return read_far_trans(source, rules)
    if kind == "berka":
        return read_berka(source)
    # The list of currencies only grows: its newest version holds for old extracts too.
    minor_units: Mapping[str, Any] = rules.entry(MINOR_UNITS).versions[-1].value
    return read_extract(
        "csv" if kind == "csv" else "parquet", source, mapping, work.staging, minor_units, progress
    )
