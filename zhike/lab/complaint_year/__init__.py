"""A year of the complaint desk of the simulated bank, in the real ledger: what arises, who handles it, what comes of it, whether every date is kept."""

from __future__ import annotations

from zhike.lab.complaint_year.year import YearOrder, play_year

__all__ = ["YearOrder", "play_year"]
