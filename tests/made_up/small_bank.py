"""A small Chinese retail bank, made up whole: its extract, in its own file formats, with the faults that extracts have.

Everything follows from the number of customers and a seed; nothing comes from real data. The extract is loaded through
the same door as any bank's: ``zhike init demo/bank --from csv demo/extract``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl
from made_up import contacts, people, purchases, shelf
from made_up.blemishes import blemished
from made_up.bookings import bookings

from zhike.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["LAST_DAY", "small_bank", "write_extract"]

LAST_DAY: Final = dt.date.fromisoformat(str(people.LAST_DAY))
"""Last day of the extract: after the first day of the NFRA's rules of 2026."""

_FEWEST: Final = 10
_MAPPING: Final = "small_bank.yaml"
_FORMATS: Final[Mapping[str, tuple[str, str]]] = {
    "客户信息.csv": (",", "gb18030"), "投诉台账.csv": (",", "gb18030"), "产品目录.csv": (";", "utf-8-sig"),
}  # fmt: skip
"""Separator and encoding of the files that are not plain comma-separated UTF-8."""


def small_bank(
    customers: int, seed: int, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> dict[str, pl.DataFrame]:
    """Return the extract's files as frames in the bank's own columns, before any fault.

    Parameters
    ----------
    customers : int
        How many; at least 10.
    seed : int
        The same number gives the same bank.
    progress : callable
        Told the parts done and their total.

    Raises
    ------
    UsageError
        With fewer than 10 customers.

    Examples
    --------
    >>> files = small_bank(customers=20, seed=7)
    >>> files["客户信息.csv"]["客户号"].n_unique()
    20
    >>> small_bank(20, 7)["contracts.csv"].equals(files["contracts.csv"])
    True
    """
    if customers < _FEWEST:
        raise UsageError(what=f"--customers {customers}", expected=f"at least {_FEWEST}")
    folk = people.people(customers, seed)
    held = purchases.accounts(folk, seed)
    taken = purchases.purchases(folk, held, seed)
    progress(1, 3)
    money = bookings(folk, held, taken, seed)
    progress(2, 3)
    posts = shelf.staff(customers, seed)
    spoken, answered = contacts.contact_records(folk, posts, seed)
    ties = pl.concat([people.households(folk), purchases.account_ties(folk, held, seed)])
    first_years = pl.col("TXN_DT") < "20260101"
    files = {
        "客户信息.csv": people.customer_records(folk, seed), "relations.csv": ties, "accounts.csv": purchases.account_records(held),
        "产品目录.csv": shelf.products(), "contracts.csv": purchases.contract_records(taken),
        "transactions_2025.csv": money.filter(first_years), "transactions_2026.csv": money.filter(~first_years),
        "contacts.csv": spoken, "responses.csv": answered, "questionnaires.csv": contacts.questionnaires(folk, taken, seed),
        "consents.csv": contacts.consents(folk, seed), "preferences.csv": contacts.preferences(folk, seed),
        "投诉台账.csv": contacts.complaint_records(folk, seed), "staff.csv": posts, "channels.csv": shelf.channels(),
    }  # fmt: skip
    progress(3, 3)
    return files


def write_extract(
    folder: Path, customers: int, seed: int, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> str:
    """Write the extract with its mapping and its faulty rows; return the sha256 of all of it.

    Parameters
    ----------
    folder : Path
        Made when absent; files of the same names are replaced.
    customers, seed, progress
        See `small_bank`.

    Notes
    -----
    The faulty rows are listed in `made_up.blemishes`; loading the extract therefore ends with exit code 3.
    """
    contents = {name: _encoded(name, frame) for name, frame in small_bank(customers, seed, progress).items()}
    contents["mapping.yaml"] = Path(__file__).with_name(_MAPPING).read_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        (folder / name).write_bytes(content)
        digest.update(name.encode() + b"\0" + content)
    return digest.hexdigest()


def _encoded(name: str, frame: pl.DataFrame) -> bytes:
    separator, encoding = _FORMATS.get(name, (",", "utf-8"))
    text = frame.write_csv(separator=separator)
    return blemished(name, text.encode(encoding))
