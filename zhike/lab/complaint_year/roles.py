"""Who does what at the simulated desk, by the roles of the bank's own rules of access."""

from __future__ import annotations

from typing import Final

__all__ = ["ROLES"]

ROLES: Final = {
    "duty": "complaints_lead",
    "handler": "complaints_officer",
    "lead": "complaints_lead",
    "legal": "compliance",
    "quality": "service_quality",
}
"""Roles of those who take in and note what happens by itself, who handle, lead, and review."""
