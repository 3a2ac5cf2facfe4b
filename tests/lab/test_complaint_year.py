"""A year of the complaint desk in a real ledger: no date missed while hours suffice, a warning ahead of time where they do not, and nothing lost by a kill."""

import datetime as dt
import os
import random
import signal
import time

import decide_bank
import numpy as np
import pytest

from zhike.act.acting import Acting, microseconds
from zhike.act.complaint_load import on_desk
from zhike.act.trail_check import check_trail
from zhike.adapters.clock import SystemClock
from zhike.adapters.store import open_store
from zhike.core.errors import UsageError
from zhike.lab.complaint_year import YearOrder, play_year
from zhike.lab.complaint_year.carrying import Carrier
from zhike.lab.complaint_year.setting import Setting
from zhike.measure.complaint_capacity.reckoning import desk_forecast

TABLES = (
    "customers",
    "complaints",
    "complaint_steps",
    "staff",
    "absences",
    "audit_entries",
    "audit_openings",
    "jobs",
)
SMALL = {"cases": 120, "days": 30, "seed": 3, "customers": 500}
TINY = YearOrder(50, 30, 2, 5, customers=300)


def played(folder, order, **more):
    store = open_store(folder / "zhike.db", create=True)
    return store, play_year(store, decide_bank.SHIPPED, order, **more)


def ledger(store):
    """Return all that a year writes, whatever the keys under which it is sealed."""
    with store.read() as tx:
        return {name: tx.find(name) for name in TABLES}


@pytest.fixture(scope="module")
def enough(tmp_path_factory):
    return played(tmp_path_factory.mktemp("enough"), YearOrder(**SMALL))


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    return played(tmp_path_factory.mktemp("short"), YearOrder(**SMALL, handlers=2))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a year that was never broken off, with all that it wrote."""
    store, told = played(tmp_path_factory.mktemp("whole"), TINY)
    return ledger(store), told


def test_with_hours_enough_no_legal_date_is_missed_and_every_case_ends(enough):
    _, told = enough
    assert (told["cases"], told["missed_total"], told["open_at_end"], told["clocks_checked"]) == (
        120,
        0,
        0,
        120,
    )
    assert set(told["states"]) <= {"closed", "merged", "out_of_scope", "forwarded"}
    assert {"extend", "ask", "hear", "dispute", "verify", "join", "change_person", "pass", "reopen"} <= set(
        told["moves"]
    )


def test_it_was_played_in_the_ledger_and_its_trail_holds(enough):
    store, told = enough
    with store.read() as tx:
        rows, steps = tx.find("complaints"), tx.find("complaint_steps", columns=("move", "rules"))
        customers = tx.find("customers")
    assert len(rows) == told["cases"]
    assert len(steps) == sum(told["moves"].values())
    assert {one["rules"] for one in steps} == {"complaints.life@2026-01-01"}
    # What is sold to a customer depends on whether a complaint is open: none is.
    assert not any(one["live"].get("complaints") for one in customers)
    assert trail_holds(store)


def trail_holds(store):
    return check_trail(Acting(store, SystemClock(), os.urandom), opened=True).failed == 0


def test_with_too_few_it_warns_ahead_and_what_it_names_is_enough(short, tmp_path):
    _, told = short
    assert told["missed_total"] > 0
    assert told["lead_days"] >= 14
    assert told["needed"]["first"] >= told["needed_in_hindsight"]
    _, second = played(tmp_path, YearOrder(**SMALL, handlers=told["needed"]["first"]))
    assert second["missed_total"] == 0


def test_complaints_come_from_what_is_wrong():
    order = YearOrder(**SMALL)
    setting = Setting.of(decide_bank.SHIPPED, order.seed, 3000, 365, 1, order.customers)
    day = np.bincount(setting._day_of, minlength=365)  # noqa: SLF001 - what the year is planned from
    assert day.sum() == 3000
    # Days differ by more than chance: defects come in waves, weekends are quiet.
    assert day.var() > 2 * day.mean()
    assert (setting.arisen.defect >= 0).mean() == pytest.approx(0.2, abs=0.05)
    regions = [np.bincount(setting.arisen.region[setting.arisen.defect == one]).max() / (setting.arisen.defect == one).sum() for one in np.unique(setting.arisen.defect)[1:]]  # fmt: skip
    assert max(regions) == 1.0


class Stopped(Exception):  # noqa: N818 - what a kill is in one process
    """The process is gone."""


def test_a_year_that_stops_anywhere_goes_on_to_the_same_ledger(whole, tmp_path, monkeypatch):
    monkeypatch.setattr("zhike.lab.complaint_year.carrying.BATCH", 7)
    rng, stops = random.Random(1), 0  # noqa: S311 - no secret
    plain = Carrier.carry

    def stopping(carrier, day, planned, done):
        for number in plain(carrier, day, planned, done):
            yield number
            if rng.random() < 0.15:
                raise Stopped

    store = open_store(tmp_path / "zhike.db", create=True)
    monkeypatch.setattr(Carrier, "carry", stopping)
    while True:
        try:
            again = play_year(store, decide_bank.SHIPPED, TINY, resume=True)
            break
        except Stopped:
            stops += 1
    assert stops > 5
    assert (ledger(store), again) == whole


def folder_of(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    return folder


def killed_after(folder, order, seconds):
    """Play on in a child and kill it after a while; return whether it was still at it."""
    child = os.fork()
    if child == 0:
        try:
            play_year(open_store(folder / "zhike.db", create=True), decide_bank.SHIPPED, order, resume=True)
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def crashed(folder, order, most, seed):
    """Kill a year at random instants, then let it end; return how often it was killed, its store and what came of it."""
    rng, kills = random.Random(seed), 0  # noqa: S311 - no secret
    while kills < most and killed_after(folder, order, rng.uniform(0.3, 1.5)):
        kills += 1
    return kills, *played(folder, order, resume=True)


def test_killed_while_it_writes_it_loses_nothing(whole, tmp_path):
    kills, store, again = crashed(tmp_path, TINY, 3, 2)
    assert kills
    assert (ledger(store), again) == whole
    assert trail_holds(store)


@pytest.mark.campaign
def test_killed_again_and_again_a_longer_year_loses_nothing(tmp_path):
    order = YearOrder(600, 90, 4, 11)
    store, told = played(folder_of(tmp_path, "whole"), order)
    kills, other, again = crashed(folder_of(tmp_path, "killed"), order, 40, 3)
    assert kills > 10
    assert (ledger(other), again) == (ledger(store), told)
    assert trail_holds(other)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_seventy_per_cent_warns_and_a_desk_that_heeds_it_misses_nothing(tmp_path, seed):
    """With 70 % of what suffices dates are missed after a warning; with the handlers that the first warnings named, hired when they were named, none is."""
    order = {"cases": 3000, "days": 365, "seed": seed}
    few = max(
        int(0.7 * played(folder_of(tmp_path, "a"), YearOrder(**order))[1]["handlers"][0]["handlers"]), 1
    )
    _, short = played(folder_of(tmp_path, "b"), YearOrder(**order, handlers=few))
    _, heeded = played(folder_of(tmp_path, "c"), YearOrder(**order, handlers=few, heed=True))
    assert short["missed_total"] > 0
    assert short["lead_days"] >= 7
    assert heeded["missed_total"] == 0


def test_what_is_begun_is_not_begun_again(enough):
    store, _ = enough
    with pytest.raises(UsageError, match="a new store, or --resume"):
        play_year(store, decide_bank.SHIPPED, YearOrder(**SMALL))
    with pytest.raises(UsageError, match="begun otherwise"):
        play_year(store, decide_bank.SHIPPED, TINY, resume=True)


@pytest.mark.parametrize("wrong", [{"cases": 0}, {"cases": 5, "days": 10}, {"cases": 5, "handlers": 0}])
def test_a_year_that_cannot_be_is_refused(wrong):
    with pytest.raises(UsageError):
        YearOrder(**wrong).check()


def test_the_forecast_reads_the_ledger_as_it_is(short):
    """Half a year after the last complaint, by the rules of that day: days without any count, and the staff is the ledger's."""
    store, _ = short
    later = microseconds(dt.datetime(2026, 2, 2, 1, tzinfo=dt.UTC))
    zone = Setting.of(decide_bank.SHIPPED, 1, 1, 30, 1, 100).service.zone
    with store.read() as tx:
        told, seen = (
            desk_forecast(tx, decide_bank.SHIPPED, later, np.random.default_rng(0)),
            on_desk(tx, zone, later, "complaints_officer", 400, 60),
        )
    assert (told["late"], told["open"], told["planned"]["handlers"], seen.handlers) == (0, 0, 2, 2)
    assert told["history_days"] == (seen.today - min(seen.received)).days
    assert sum(seen.received.values()) == 120
    assert told["sufficient"]
    assert told["days"][3]["arrivals"] < 1
