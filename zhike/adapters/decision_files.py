"""A folder of decisions: two tables, a plan, and the evidence from which each verdict can be computed again.

``decisions.parquet``   what was chosen, by customer and rank
``candidates.parquet``  every candidate considered, with verdict and reason codes
``plan.json``           inputs' hashes, rules in force, the funnel, timing
``evidence/``           customers' inputs, actions, products on sale, the recommender's item weights, what effects were learnt

A folder is complete or absent: it is built beside its place and moved there in one step.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
import polars.exceptions as pe
import pyarrow as pa
import pyarrow.parquet as pq

import zhike
from zhike.adapters.chance_evidence import read_chances, write_chances
from zhike.adapters.folder_swap import built_folder, mend_folder
from zhike.adapters.kept_models import NO_VERSIONS, models_named
from zhike.adapters.model_evidence import CHANCES, MODEL, STATE, chances_told, model_told
from zhike.adapters.plan_evidence import ALLOCATION, priced_rows, write_shared_plan
from zhike.adapters.seal import refuse_sealed
from zhike.core.errors import DecisionNotFoundError, InputUnreadableError
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.core.rulebook import canonical_json
from zhike.decide.conditions import Condition
from zhike.decide.decisions import DECISION_SCHEMA, effect_sources
from zhike.decide.effects import Effects
from zhike.decide.explanation import Evidence
from zhike.decide.kept_models import KEPT
from zhike.decide.plan_report import plan_report
from zhike.decide.policy import Policy
from zhike.decide.preparation import prepare
from zhike.decide.strategy import decide_blocks, funnel, plan_of, verdict_counts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from zhike.adapters.bank import Bank
    from zhike.core.rulebook import Rulebook
    from zhike.decide.preparation import Preparation
    from zhike.decide.shared_plan import SharedPlan
    from zhike.decide.strategy import Block

__all__ = ["decide_bank", "differences", "read_evidence", "read_plan", "read_table", "refuse_foreign"]

FORMAT: Final = "zhike-plan/1"
DECISIONS, CANDIDATES, PLAN, EVIDENCE = "decisions.parquet", "candidates.parquet", "plan.json", "evidence"

_TABLES: Final = (
    DECISIONS,
    CANDIDATES,
    *(f"{EVIDENCE}/{name}.parquet" for name in ("inputs", "actions", "products", "model")),
)
_LEARNT: Final = tuple(f"{EVIDENCE}/{name}.parquet" for name in ("effects", "worth", "responses"))
"""There only where a policy learns effects and the log had choices."""
_HASHED: Final = (".parquet", ".npz")
_INPUTS: Final = ("inputs", "rules", "rule_versions", "software")
_RESULTS: Final = ("propensities", "funnel", "verdicts", "summary")
_KEYS: Final = ("at", "policy", "action_titles", "minor_units", "files", *_INPUTS, *_RESULTS)
_ADVICE: Final = phrase("Run `zhike decide BANK --at DATE --out DIR` with a new DIR.")

_CODED: Final = pa.dictionary(pa.int32(), pa.string())
_CANDIDATE_SCHEMA: Final = pa.schema(
    [
        *(
            (name, _CODED)
            for name in ("customer_id", "action_id", "verdict", "reason_codes", "duties", "effect_source")
        ),
        ("score", pa.float64()),
        ("propensity", pa.float64()),
        ("expected_value", pa.int64()),
        ("probability", pa.float64()),
    ]
)
"""Texts are written as codes into each block's own texts; a reader sees plain texts."""


def decide_bank(
    bank: Bank,
    rulebook: Rulebook,
    policy: Policy,
    at: dt.date,
    out: Path,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    versions: Mapping[str, str] = NO_VERSIONS,
) -> dict[str, Any]:
    """Decide for every customer of a bank and write the folder of decisions.

    Parameters
    ----------
    bank, rulebook, policy, at
        What to decide from, and the day.
    out : Path
        Folder to write; an earlier folder of decisions there is replaced, anything else is refused.
    progress : callable
        Told the customers done and their total after every block.
    versions : mapping of str to str
        Versions of models that the policy names, see `zhike.adapters.kept_models.models_named`.

    Returns
    -------
    dict
        The plan, as written to ``plan.json``.
    """
    mend_folder(out)
    refuse_foreign(out)
    with built_folder(out) as building:
        started = time.perf_counter()
        models = models_named(policy, bank, at, versions)
        prepared = prepare(bank.tables(), at, bank.manifest.timezone, rulebook, policy, models=models)
        ready = time.perf_counter()
        shared = plan_of(prepared)
        counts, summary = _write_tables(building, prepared, shared, progress)
        timing = {
            "prepare_seconds": round(ready - started, 3),
            "decide_seconds": round(time.perf_counter() - ready, 3),
        }
        _write_evidence(building / EVIDENCE, prepared, shared)
        plan = {
            **_plan(bank, rulebook, prepared, counts, summary),
            **({} if (model := model_told(prepared)) is None else {MODEL: model}),
            **({} if (chances := chances_told(prepared)) is None else {CHANCES: chances}),
            **({} if shared is None else {ALLOCATION: plan_report(prepared, shared)}),
            "files": _hashes(building),
            "timing": timing,
        }
        plan = _with_earlier_timing(out, plan)
        text = json.dumps(plan, ensure_ascii=False, indent=1, default=str)
        (building / PLAN).write_text(text + "\n", "utf-8")
    return plan


def _versions(plan: Mapping[str, Any]) -> dict[str, str]:
    """Return the versions of the models that a plan rests on, by what its policy calls them."""
    told = [plan[key] for key in (MODEL, CHANCES) if KEPT in plan.get(key, {})]
    return {one[KEPT]: one["version"] for one in told}


def log_sha256(folder: Path) -> str:
    """Return the hash of a folder of decisions: of its tables as they are now, the day and the policy."""
    plan = read_plan(folder)
    content = [plan["at"], plan["policy"]["path"], plan["policy"]["version"], _hashes(folder)]
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def models_behind(plan: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return ``name``, ``kind`` and ``version`` of the models that a plan says its decisions rest on."""
    told = [plan[key] for key in (MODEL, CHANCES) if key in plan]
    return [{name: one[name] for name in ("name", "kind", "version")} for one in told]


def read_plan(folder: Path) -> dict[str, Any]:
    """Return the plan of a folder of decisions.

    Raises
    ------
    InputUnreadableError
        When the folder has no plan that can be read.
    TruthSealedError
        When the folder is a simulated bank's sealed truth.
    """
    refuse_sealed(folder)
    expected = phrase("a folder written by `zhike decide`")
    try:
        plan = json.loads((folder / PLAN).read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise InputUnreadableError(
            path=folder / PLAN, what=problem, expected=expected, advice=_ADVICE
        ) from problem
    if not isinstance(plan, dict) or plan.get("format") != FORMAT:
        raise InputUnreadableError(
            path=folder / PLAN, what=phrase("another format"), expected=expected, advice=_ADVICE
        )
    missing = [key for key in _KEYS if key not in plan]
    if missing:
        what = phrase("no {names}", names=", ".join(missing))
        raise InputUnreadableError(path=folder / PLAN, what=what, expected=expected, advice=_ADVICE)
    return plan


def read_evidence(folder: Path) -> Evidence:
    """Return what a folder of decisions holds, ready to explain.

    Raises
    ------
    DecisionNotFoundError
        When one of its tables is missing.
    InputUnreadableError
        When its plan or one of its tables cannot be read.
    """
    plan = read_plan(folder)
    tables = {Path(name).stem: read_table(folder, name) for name in _TABLES[2:]}
    for name in (DECISIONS, CANDIDATES):
        _require(folder, name)
    evidence = Evidence(
        plan["at"], plan["policy"]["path"], plan["policy"]["presume_consent"], plan["propensities"], **tables,
        decisions=pl.scan_parquet(folder / DECISIONS), candidates=pl.scan_parquet(folder / CANDIDATES),
        conditions=tuple(Condition.from_dict(raw) for raw in plan["rules"]),
        titles={name: Text.of(raw) for name, raw in plan["action_titles"].items()}, minor_units=plan["minor_units"], where=str(folder), effects=_read_effects(folder), scarce=None,
        chances=read_chances(folder / EVIDENCE, plan.get(CHANCES, {}).get(STATE)),
        answered=frozenset((template, channel) for template, channel, _ in plan.get(CHANCES, {}).get("delivered", ())),
    )  # fmt: skip
    return dataclasses.replace(evidence, scarce=priced_rows(plan, evidence))


def _read_effects(folder: Path) -> Effects | None:
    learnt = read_plan(folder)["files"].keys() & set(_LEARNT)
    return Effects(*(read_table(folder, name) for name in _LEARNT)) if learnt else None


def _require(folder: Path, name: str) -> None:
    """Raise unless a table of the folder is there and is Parquet."""
    if not (folder / name).is_file():
        raise DecisionNotFoundError(what=phrase("file"), name=name, path=folder, known=", ".join(_TABLES))
    try:
        pl.read_parquet_schema(folder / name)
    except pe.PolarsError as problem:
        raise InputUnreadableError(
            path=folder / name, what=problem, expected=phrase("a Parquet table"), advice=_ADVICE
        ) from problem


def read_table(folder: Path, name: str) -> pl.DataFrame:
    """Return a table of a folder of decisions by its path within.

    Raises
    ------
    DecisionNotFoundError
        When it is missing.
    InputUnreadableError
        When it is no Parquet.
    """
    _require(folder, name)
    return pl.read_parquet(folder / name)


def differences(folder: Path, bank: Bank, rulebook: Rulebook) -> dict[str, Any]:
    """Decide again what a folder holds, and say where the result differs.

    Returns
    -------
    dict
        ``identical``, ``changed_inputs`` (what is not as it was), ``changed_results`` (figures of the plan that do not
        come out again), ``files`` (each with its hashes), ``decisions`` and ``different_decisions``.
    """
    plan = read_plan(folder)
    at = dt.date.fromisoformat(plan["at"])
    stored_policy = plan["policy"]
    policy = Policy.from_content(stored_policy["path"], stored_policy["version"], stored_policy["content"])
    stored = read_table(folder, DECISIONS)
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "again"
        again = _jsonable(decide_bank(bank, rulebook, policy, at, out, versions=_versions(plan)))
        fresh = pl.read_parquet(Path(place) / "again" / DECISIONS)
    actual = _hashes(folder)
    files = {
        name: {
            "stored": actual.get(name),
            "plan": plan["files"].get(name),
            "recomputed": again["files"].get(name),
        }
        for name in sorted({*actual, *plan["files"]})
    }
    changed_results = [
        key for key in (*_RESULTS, MODEL, CHANCES, ALLOCATION) if plan.get(key) != again.get(key)
    ]
    same = all(len(set(hashes.values())) == 1 for hashes in files.values())
    return {
        "identical": same and not changed_results,
        "changed_inputs": [key for key in _INPUTS if plan[key] != again[key]],
        "changed_results": changed_results,
        "files": files,
        "decisions": len(stored),
        "different_decisions": _different(stored, fresh),
    }


def _different(stored: pl.DataFrame, fresh: pl.DataFrame) -> list[str]:
    """Return the identifiers of decisions that are in only one of two tables, or not the same in both."""
    if stored.schema != fresh.schema:
        return fresh["decision_id"].sort().to_list()
    sides = ((stored, fresh), (fresh, stored))
    odd = [one.join(other, on=one.columns, how="anti", nulls_equal=True) for one, other in sides]
    return pl.concat(odd)["decision_id"].unique().sort().to_list()


def _jsonable(value: object) -> Any:  # noqa: ANN401 - what JSON gives back
    return json.loads(json.dumps(value, default=str))


def _write_tables(
    folder: Path, prepared: Preparation, shared: SharedPlan | None, progress: Callable[[int, int], None]
) -> tuple[Counter[str], Counter[str]]:
    counts: Counter[str] = Counter()
    summary: Counter[str] = Counter()
    decisions, done = [], 0
    with pq.ParquetWriter(
        folder / CANDIDATES, _CANDIDATE_SCHEMA, compression="zstd", store_schema=False
    ) as writer:
        for block in decide_blocks(prepared, plan=shared):
            writer.write_table(_candidates(prepared, block))
            decisions.append(block.decisions)
            counts.update(verdict_counts(block.judged.verdicts))
            done += len(block.judged.customers)
            progress(done, len(prepared.inputs))
    frame = pl.concat([pl.DataFrame(schema=DECISION_SCHEMA), *decisions])
    frame.write_parquet(folder / DECISIONS, compression="zstd", statistics=False)
    summary.update({"customers": len(prepared.inputs), "decisions": len(frame)})
    for column in ("kind", "arm"):
        summary.update(
            {
                f"{column}:{name}": count
                for name, count in frame[column].value_counts().sort(column).iter_rows()
            }
        )
    return counts, summary


def _candidates(prepared: Preparation, block: Block) -> pa.Table:
    """Return a block's candidates as an Arrow table; texts are dictionaries, so a row costs a few bytes."""
    judged, actions = block.judged, prepared.actions.table["action_id"].to_list()
    shape = judged.score.shape
    pattern, duty = judged.verdicts.pattern.ravel(), judged.verdicts.duty.ravel()
    rows = np.repeat(np.arange(shape[0]), shape[1])
    columns = np.tile(np.arange(shape[1]), shape[0])
    score = judged.score.ravel()
    sources, of_source = effect_sources(prepared, judged)
    return pa.table(
        [
            _texts(rows, judged.customers),
            _texts(columns, actions),
            _texts(pattern, judged.verdicts.verdicts),
            _texts(pattern, judged.verdicts.reasons),
            _texts(duty, judged.verdicts.duties),
            _texts(of_source.ravel(), sources),
            pa.array(score, mask=np.isnan(score)),
            pa.array(judged.propensity.ravel()),
            pa.array(judged.expected_value.ravel()),
            pa.array(block.first_probability.ravel()),
        ],
        schema=_CANDIDATE_SCHEMA,
    )


def _texts(codes: np.ndarray[Any, Any], texts: Sequence[str]) -> pa.Array:
    # A dictionary that names a text twice makes the writer fall back to plain pages, whose bytes differ by run.
    place = {text: position for position, text in enumerate(dict.fromkeys(texts))}
    once = np.array([place[text] for text in texts], dtype=np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(once[codes]), pa.array(list(place), pa.string()))


def _write_evidence(folder: Path, prepared: Preparation, shared: SharedPlan | None) -> None:
    folder.mkdir()
    if shared is not None:
        write_shared_plan(folder, shared)
    if prepared.chances is not None:
        write_chances(folder, prepared.chances)
    tables = {
        "inputs": prepared.inputs,
        "actions": prepared.actions.table,
        "products": prepared.actions.products,
        "model": _model(prepared),
    }
    if prepared.effects is not None:
        tables |= {
            "effects": prepared.effects.table,
            "worth": prepared.effects.worth,
            "responses": prepared.effects.model,
        }
    for name, table in tables.items():
        table.write_parquet(folder / f"{name}.parquet", compression="zstd", statistics=False)


def _model(prepared: Preparation) -> pl.DataFrame:
    """Return the recommender's item weights as (held_product_id, product_id, weight), zeros left out."""
    weights, products = (
        prepared.scoring.item_weights(),
        np.array(prepared.scoring.products, dtype=object),
    )
    held, other = np.nonzero(weights) if weights is not None else (np.zeros(0, int), np.zeros(0, int))
    return pl.DataFrame(
        {
            "held_product_id": pl.Series(products[held].tolist(), dtype=pl.String),
            "product_id": pl.Series(products[other].tolist(), dtype=pl.String),
            "weight": pl.Series(weights[held, other] if weights is not None else [], dtype=pl.Float64),
        }
    )


def _plan(
    bank: Bank, rulebook: Rulebook, prepared: Preparation, counts: Counter[str], summary: Counter[str]
) -> dict[str, Any]:
    manifest, policy = bank.manifest, prepared.policy
    in_force = [version for entry in rulebook if (version := entry.in_force(prepared.at)) is not None]
    return {
        "format": FORMAT,
        "at": str(prepared.at),
        "policy": {"path": policy.path, "version": policy.version,
                   "presume_consent": policy.presume_consent, "content": dict(policy.raw)},
        "inputs": {"bank": manifest.name, "source": manifest.source, "timezone": manifest.timezone,
                   "manifest_sha256": bank.sha256, "rows": dict(bank.rows())},
        "rules": [condition.to_dict() for condition in prepared.judge.conditions],
        "rule_versions": {v.path: {"first_day": str(v.first_day), "sha256": v.sha256, "status": v.status} for v in in_force},
        "action_titles": {
            name: text.by_language() for name, text in prepared.catalogue.titles().items()
        },
        "minor_units": dict(prepared.minor_units),
        "software": {"zhike": zhike.__version__, "polars": pl.__version__, "numpy": np.__version__},
        "propensities": "calibrated" if prepared.scoring.calibration is not None else "assumed",
        "funnel": funnel(counts),
        "verdicts": dict(counts),
        "summary": dict(summary),
    }  # fmt: skip


def _hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every table in a folder of decisions, the plan left out."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in _HASHED)
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in files}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _with_earlier_timing(out: Path, plan: dict[str, Any]) -> dict[str, Any]:
    """Keep the timing of an identical earlier run, so that deciding again changes no byte."""
    if not (out / PLAN).is_file():
        return plan
    earlier = read_plan(out)
    same = all(earlier.get(key) == value for key, value in _jsonable(plan).items() if key != "timing")
    return {**plan, "timing": earlier["timing"]} if same else plan


def refuse_foreign(out: Path) -> None:
    """Refuse to replace anything but an earlier folder of decisions, before any work is done."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    try:
        read_plan(out)
    except InputUnreadableError as problem:
        raise InputUnreadableError(
            path=out, what=phrase("not a folder of decisions"), expected=phrase("a new folder, or one that `zhike decide` wrote"),
            advice=phrase("Name another folder with --out."),
        ) from problem  # fmt: skip
