"""Interviews and focus groups as coded notes: what was said, what it was coded as and by whom, and how far coders agree."""

from zhike.measure.notes.agreement import cohen_kappa, krippendorff_alpha
from zhike.measure.notes.code_book import Code, read_code_book
from zhike.measure.notes.note import Consent, Note, Segment

__all__ = [
    "Code",
    "Consent",
    "Note",
    "Segment",
    "cohen_kappa",
    "krippendorff_alpha",
    "read_code_book",
]
