"""Attributes of a service as customers see them: what they take for granted, expect, find important, and get."""

from zhike.measure.attributes.importance_performance import (
    CROSSES,
    QUADRANTS,
    Quadrants,
    quadrants,
)
from zhike.measure.attributes.kano import CATEGORIES, KanoCount, kano_categories, kano_count
from zhike.measure.attributes.kano_continuous import KanoPoint, kano_point
from zhike.measure.attributes.quadrant_chances import quadrant_chances
from zhike.measure.attributes.quality_gaps import QualityGaps, quality_gaps

__all__ = [
    "CATEGORIES",
    "CROSSES",
    "QUADRANTS",
    "KanoCount",
    "KanoPoint",
    "Quadrants",
    "QualityGaps",
    "kano_categories",
    "kano_count",
    "kano_point",
    "quadrant_chances",
    "quadrants",
    "quality_gaps",
]
