"""Publish a bank folder's archive into a store."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike import __version__
from zhike.act.identities import Identity, note_identities
from zhike.act.publications import Owner, publish
from zhike.adapters.kept_models import models_named
from zhike.adapters.model_evidence import software_of
from zhike.adapters.store_answers import answers_learnt
from zhike.decide.dossier import dossiers
from zhike.decide.preparation import archive_of, prepare
from zhike.decide.serving_setting import ServingSetting
from zhike.decide.strategy import plan_of
from zhike.know.given_warnings import enter_warnings
from zhike.know.portraits import portraits
from zhike.know.view import view
from zhike.know.warning_columns import WARNINGS_GIVEN

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from zhike.act.acting import Acting
    from zhike.adapters.bank import Bank
    from zhike.core.rulebook import Rulebook
    from zhike.decide.policy import Policy

__all__ = ["publish_bank"]

_PACKAGES: Final = ("numpy", "polars", "scipy")


def publish_bank(
    acting: Acting,
    bank: Bank,
    rulebook: Rulebook,
    policy: Policy,
    at: dt.date,
    actor: str,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    warnings: pl.DataFrame | None = None,
) -> dict[str, Any]:
    """Publish what a bank knew at the end of a day; return what was published.

    Effects and chances that the policy learns on the day are learnt from the store's choices and answers too.

    Parameters
    ----------
    acting : Acting
    bank : Bank
    rulebook : Rulebook
    policy : Policy
    at : date
    actor : str
    progress : callable
        Told the customers done, of how many.
    warnings : DataFrame, optional
        Early warnings to be entered into the archive, see `zhike.adapters.warning_files`.
    """
    day = (bank.tables(), at, bank.manifest.timezone, rulebook, policy)
    archive = archive_of(*day)
    if warnings is not None:
        archive = enter_warnings(archive.lazy(), warnings, at).collect()
    learnt = answers_learnt(bank, acting, policy, at)
    prepared = prepare(
        *day, archive, models_named(policy, bank, at), None if learnt is None else learnt.tables
    )
    software = {"zhike": __version__, **{name: version(name) for name in _PACKAGES}}
    software |= software_of(prepared)
    setting = ServingSetting.of(prepared, plan_of(prepared), rulebook, software)
    total = len(prepared.inputs)
    number = publish(
        acting, setting, dossiers(prepared), _owners(bank, at), manifest=bank.sha256, actor=actor,
        portraits=portraits(view(bank.tables(), at, bank.manifest.timezone), archive), progress=lambda done: progress(done, total),
    )  # fmt: skip
    note_identities(acting, _identities(bank, at))
    return {
        "publication": number, "at": str(at), "policy": policy.path, "policy_version": policy.version, "customers": total,
        "actions": len(prepared.actions), "warned": archive[WARNINGS_GIVEN].is_not_null().sum(),
        "store_offers": 0 if learnt is None else learnt.offers,
    }  # fmt: skip


def _identities(bank: Bank, at: dt.date) -> Iterator[Identity]:
    """Yield name and phone number of every customer of whom one of them is on record."""
    current = view(bank.tables(), at, bank.manifest.timezone).current("customers")
    known = current.filter(pl.col("name").is_not_null() | pl.col("phone").is_not_null())
    for row in known.select("customer_id", "name", "phone").sort("customer_id").collect().iter_rows():
        yield Identity(*row)


def _owners(bank: Bank, at: dt.date) -> dict[str, Owner]:
    """Return branch (the region that serves them), adviser and service tier of every customer."""
    seen = view(bank.tables(), at, bank.manifest.timezone)
    ties = seen.current("relationships").filter(pl.col("object_type") == "staff", pl.col("role") == "adviser")
    adviser = ties.group_by("customer_id").agg(pl.col("object_id").min())
    rows = (
        seen.current("customers")
        .select("customer_id", "region", "service_tier")
        .join(adviser, on="customer_id", how="left")
        .collect()
    )
    return {name: Owner(region, staff, tier) for name, region, tier, staff in rows.iter_rows()}
