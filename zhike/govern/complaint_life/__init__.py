"""The life of a complaint: its states, who may move it from one to the next, and what has to be said with a move."""

from __future__ import annotations

from zhike.govern.complaint_life.life import LIFE, Life, Move, Review
from zhike.govern.complaint_life.moving import Step, Taken, closed_moves, move_on, open_moves
from zhike.govern.complaint_life.standing import Mover, Standing

__all__ = [
    "LIFE",
    "Life",
    "Move",
    "Mover",
    "Review",
    "Standing",
    "Step",
    "Taken",
    "closed_moves",
    "move_on",
    "open_moves",
]
