"""Plan a year of the complaint desk without its ledger: which dates of the law are missed, when the forecast warns, and what it asks for.

    python benchmarks/speed/complaint_plan.py [--cases 100000] [--days 365] [--handlers N] [--seed 7] [--heed] [--no-forecasts]

The days are planned by what plans those of `zhike lab complaints`, cases are dated by the same clocks of the law, and the forecast is the desk's own; nothing is
written, so that a year takes a tenth of the time. Complaints that were joined to another count as well. Exit code 1 when a date of the law was missed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import time
from collections import Counter

from zhike.act.acting import moment
from zhike.act.complaint_clocks import Dues
from zhike.act.complaint_load import OnDesk
from zhike.adapters.rule_files import load_rulebook
from zhike.govern.deadlines import case_events, clocks
from zhike.govern.deadlines.case_events import COMPLEXITIES
from zhike.lab.complaint_year.day_plan import NEVER
from zhike.lab.complaint_year.setting import TAIL_DAYS, Setting
from zhike.lab.complaint_year.year import Year, YearOrder

CUSTOMERS = 4_000
STATES = {"waiting": "awaiting_customer", "review": "leader_review", "verification": "verification"}
SHARED = ("informed", "unreachable", "withdrawn", "reopened")
SAID = ("complexity", "to", "reason", "approver", "notice")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--handlers", type=int)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--heed", action="store_true")
    parser.add_argument("--no-forecasts", action="store_true")
    asked = parser.parse_args()
    begun = time.process_time()
    order = YearOrder(asked.cases, asked.days, asked.handlers, asked.seed, asked.heed, CUSTOMERS)
    year, dates = planned(order, forecasts=not asked.no_forecasts)
    warned = [one for one in year.forecasts if not one["sufficient"]]
    print(f"handlers {year.handlers}, asked for {[one['needed']['handlers'] for one in warned]}")
    first = min((year.setting.number(day) for day in dates.missed.values()), default=None)
    figures = {
        "legal dates missed": len(dates.missed), "handlers needed in hindsight": year.setting.needed_in_hindsight, "handlers at first": year.handlers[0][1],
        "handlers at last": year.handlers[-1][1], "open at the end": len(year.live), "forecasts": len(year.forecasts), "forecasts that warned": len(warned),
        "day of the first warning": warned[0]["day"] if warned else None, "day of the first miss": first, "cpu s": time.process_time() - begun,
    }  # fmt: skip
    for metric, value in figures.items():
        rounded = None if value is None else round(float(value), 3)
        print(json.dumps({"benchmark": "complaint_plan", "metric": metric, "value": rounded, "n": asked.cases, "bar": 0 if metric == "legal dates missed" else None}), flush=True)  # fmt: skip
    sys.exit(1 if dates.missed else 0)


def planned(order, *, forecasts=True):
    """Return the year when all its days are planned, and the dates of its cases."""
    order.check()
    setting = Setting.of(load_rulebook(), order.seed, order.cases, order.days, order.handlers, order.customers)  # fmt: skip
    dates = Dates(setting)
    year = (Planned if forecasts else Blind)(order, dates, {}, set(), [], [[0, setting.first_handlers]], 0, 0)
    while year.day < order.days + TAIL_DAYS and (year.day < order.days or year.live):
        year.play_day()
    return year, dates


class Dates:
    """The dates of all cases by the clocks of the law, in place of the ledger: it takes down what moves them."""

    def __init__(self, setting):
        self.setting, self.ids, self.dues, self.missed, self.assessed = setting, {}, Kept(), {}, {}
        self.events, self.joined, self.received = {}, {}, {}
        moves = setting.desk.life.moves
        self.means = {name: move.event for name, move in moves.items() if move.event}

    def carry(self, day, moves, _done):
        """Take down the moves of a day."""
        for one in moves:
            if one.case >= 0:
                self.ids[one.case] = str(one.case)
                self.take(day, one)
        yield 1

    def take(self, day, one):
        """Take down a move."""
        if one.name == "receive":
            # Complaints of one day have the same dates at first.
            if day not in self.received:
                self.received[day] = self.found(one.case, one.at)
            self.dues[one.case] = self.received[day]
        elif one.name == "join":
            self.joined.setdefault(one.given["into"], []).append((one.case, moment(one.at).isoformat()))
            self.dues[one.case] = (None, None)
            self.dues[one.given["into"]] = self.found(one.given["into"], one.at)
        elif self.means.get(one.name) not in (None, "acknowledged", "paused", "resumed"):
            said = {name: one.given[name] for name in SAID if name in one.given}
            event = {"at": moment(one.at).isoformat(), "event": self.means[one.name], **said}
            self.events.setdefault(one.case, []).append(event)
            self.assessed[one.case] = said.get("complexity", self.assessed.get(one.case))
            self.dues[one.case] = self.found(one.case, one.at)

    def found(self, case, at):
        """Return legal and safe date of a case with those that were joined to it, and note what was missed."""
        events = self.events.get(case, [])
        running = self.running(case, events, at)
        for other, since in self.joined.get(case, ()):
            later = [one for one in events if one["event"] in SHARED and one["at"] >= since]
            running += self.running(other, [*self.events.get(other, []), *later], at)
        dues = Dues.among(running)
        return dues.legal, dues.safe

    def running(self, case, events, at):
        """Return the clocks of the bank's that run."""
        received = moment(int(self.setting.arisen.at[case]))
        desk = self.setting.desk
        told = clocks(desk.regime(None, received), received, "simple", case_events(events), desk.calendars, moment(at), actor="bank")  # fmt: skip
        for one in told:
            if one.in_time is False:
                self.missed[case, one.id] = str(one.legal_due)
        return [one for one in told if one.state == "running"]

    def caught_up(self, _cases):
        """Do nothing: nobody else writes."""

    def seal(self, _day):
        """Do nothing: there is no trail."""


class Kept(dict):
    """Dates that are read without being taken out."""

    def pop(self, name, default=None):
        """Return it."""
        return self.get(name, default)


class Planned(Year):
    """A year without a ledger."""

    def seen(self, day):
        """Return what a ledger would know of the desk in the morning of a day."""
        setting, today = self.setting, self.setting.date(day)
        came = Counter(setting.date(int(one)) for one in (setting.arisen.at[: setting.of_day(day).start] - setting.midnight) // (24 * 3_600_000_000))  # fmt: skip
        rows = [row_of(setting, one) for _, one in sorted(self.live.items()) if one.due < NEVER]
        rows.sort(key=lambda row: row["legal_due"])
        away = Counter()
        for one in setting.staffing.absences:
            if one.handler < self.count(day) and (one.planned or one.first < day) and one.last >= day:
                away.update(today + dt.timedelta(days=ahead - day) for ahead in range(max(one.first, day), one.last + 1))  # fmt: skip
        assessed = Counter(one for one in self.carrier.assessed.values() if one is not None)
        return OnDesk(today, rows, 0, came, assessed, self.count(day), away)

    def end(self, forecast):
        """Note the forecast, and hire whom it asks for."""
        if forecast is not None:
            self.forecasts.append(forecast)
        hired = self.asked(forecast)
        if hired is not None:
            self.carrier.setting = self.setting.grown(hired[1])


class Blind(Planned):
    """A year in which nobody looks ahead."""

    def _look_ahead(self):
        return None


def row_of(setting, live):
    complexity = None if live.complexity < 0 else COMPLEXITIES[live.complexity]
    return {"complaint_id": live.id, "state": STATES.get(live.stage, live.state), "complexity": complexity, "legal_due": str(setting.date(live.due))}  # fmt: skip


if __name__ == "__main__":
    main()
