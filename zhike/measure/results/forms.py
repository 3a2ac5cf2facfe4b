"""What the form of an instrument allows: a path model, importance and performance, gaps after SERVQUAL, categories after Kano.

Pairs, Kano questions and points are seen in the questionnaire itself; paths, the question about the whole and its attributes are said by the
rule ``surveys.results``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.measure.path_model import PathModel, fit_path_model, path_report
from zhike.measure.results.sheets import SCORE
from zhike.measure.studies.importance import ImportanceModel, importance_study
from zhike.measure.studies.journey import journey_study
from zhike.measure.studies.journey_model import JOURNEY_RULES, JourneyModel, Thresholds
from zhike.measure.studies.kano import KanoModel, kano_study
from zhike.measure.studies.plain import plain_record
from zhike.measure.studies.quality import QualityModel, quality_study
from zhike.measure.weighting.raking import Trim

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from zhike.core.rulebook import Rulebook
    from zhike.measure.journeys import Journey
    from zhike.measure.results.sheets import SheetTable
    from zhike.measure.scores.estimate import Floats
    from zhike.measure.surveys.questionnaire import Questionnaire, ScoreRule

__all__ = ["RESULTS", "InstrumentForm", "ResultRules"]

RESULTS: Final = "surveys.results"
_INDICES: Final = (0.0, 100.0)


@dataclass(frozen=True, slots=True)
class ResultRules:
    """What ``surveys.results`` says on a day, and when a verdict on a journey is told."""

    least: int
    least_model: int
    least_attributes: int
    level: float
    trim: Trim
    resamples: Mapping[str, int]
    instruments: Mapping[str, Mapping[str, Any]]
    journeys: Thresholds

    @classmethod
    def of(cls, rulebook: Rulebook, day: dt.date) -> ResultRules:
        """Return the rules of a day."""
        value = rulebook.at(RESULTS, day).value
        return cls(
            int(value["least"]), int(value["least_model"]), int(value["least_attributes"]), float(value["level"]),
            Trim(float(value["trim"]["low"]), float(value["trim"]["high"])), value["resamples"], value["instruments"],
            Thresholds.of(rulebook.at(JOURNEY_RULES, day).value),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class InstrumentForm:
    """An instrument with what the rules say of it.

    Parameters
    ----------
    questionnaire : Questionnaire
    given : mapping
        Under the instrument's name in ``surveys.results``; empty where it is not there.
    journeys : tuple of Journey
        Maps whose touchpoints it rates.
    """

    questionnaire: Questionnaire
    given: Mapping[str, Any]
    journeys: tuple[Journey, ...] = ()

    @classmethod
    def of(
        cls, questionnaire: Questionnaire, rules: ResultRules, journeys: Sequence[Journey] = ()
    ) -> InstrumentForm:
        """Return the form of a questionnaire.

        Parameters
        ----------
        journeys : sequence of Journey
            All maps; those whose whole is asked about by this instrument are of it.
        """
        name = questionnaire.path.rpartition(".")[2]
        own = tuple(one for one in journeys if one.overall.partition(":")[0] == name)
        return cls(questionnaire, rules.instruments.get(name, {}), own)

    @property
    def parts(self) -> tuple[str, ...]:
        """Which parts of results there are: some of ``model``, ``importance``, ``gaps``, ``kano`` and ``journeys``."""
        kinds = {question.kind for question in self.questionnaire.by_name.values()}
        there = {
            "model": "paths" in self.given, "importance": "attributes" in self.given,
            "gaps": "pair" in kinds and any(rule.way == "gap" for rule in self.questionnaire.scores), "kano": "kano" in kinds,
            "journeys": bool(self.journeys),
        }  # fmt: skip
        return tuple(name for name, found in there.items() if found)

    # -- path model ----------------------------------------------------------------------------------------------------

    def path_model(self) -> PathModel:
        """Return the path model whose latents are the scores that its paths name."""
        rules = {rule.name: rule for rule in self.questionnaire.scores}
        named = {name for path in self.given["paths"] for name in path.split(" -> ")}
        latents = {
            name: {"items": self._items(rules[name]), "scale": self._scale(rules[name])}
            for name in rules
            if name in named
        }
        document = {"latents": latents, "paths": list(self.given["paths"])}
        return PathModel.of(document, self.questionnaire.version)

    def _items(self, rule: ScoreRule) -> list[str]:
        return [rule.name] if rule.name in self.given.get("either", ()) else list(rule.questions)

    def _scale(self, rule: ScoreRule) -> dict[str, int]:
        scale = self.questionnaire.by_name[rule.questions[0]].scale
        assert scale is not None  # noqa: S101 - latents are of rated questions
        return {"min": scale.low, "max": scale.high}

    def model_items(self, table: SheetTable) -> Floats:
        """Return the answers to the items of the path model, shape (n, n_items); of questions of which one is asked, the one that was."""
        rules = {rule.name: rule for rule in self.questionnaire.scores}
        columns = [
            self._either(table, rules[item]) if item in rules else table.numbers([item])[:, 0]
            for item in self.path_model().items
        ]
        return np.column_stack(columns)

    def _either(self, table: SheetTable, rule: ScoreRule) -> Floats:
        found = table.numbers(rule.questions)
        asked = np.isfinite(found)
        return np.where(asked.any(axis=1), np.where(asked, found, 0.0).sum(axis=1), np.nan)

    def fitted(
        self, table: SheetTable, weights: Floats | None, rng: np.random.Generator, resamples: int
    ) -> dict[str, Any]:
        """Return the path model fitted to the sheets, as `zhike.measure.path_model.path_report` tells it.

        Raises
        ------
        AnswersError
            When an item is the same for all, or latents cannot be told apart.
        """
        return path_report(
            fit_path_model(self.path_model(), self.model_items(table), rng, weights, resamples)
        )

    # -- attributes ----------------------------------------------------------------------------------------------------

    def importance(self, table: SheetTable, rules: ResultRules, rng: np.random.Generator) -> dict[str, Any]:
        """Return importance, derived from the question about the whole, and performance of the attributes.

        Raises
        ------
        AnswersError
            When too few sheets are complete.
        """
        scores = {rule.name for rule in self.questionnaire.scores}
        columns = {name: SCORE + name if name in scores else name for name in self.given["attributes"]}
        low, high = self._attribute_scale()
        document = {
            "attributes": columns, "overall": self.given["overall"], "scale": {"min": low, "max": high}, "level": rules.level,
        }  # fmt: skip
        model = ImportanceModel.of(document, self.questionnaire.version)
        return importance_study(model, table, rng, int(rules.resamples["attributes"]))

    def _attribute_scale(self) -> tuple[float, float]:
        name = self.given["attributes"][0]
        question = self.questionnaire.by_name.get(name)
        if question is None or question.scale is None:
            return _INDICES
        return float(question.scale.low), float(question.scale.high)

    def gaps(self, table: SheetTable, level: float) -> dict[str, Any]:
        """Return gaps after SERVQUAL: each score of gaps is a dimension, weighted by the points of the weighted score.

        Raises
        ------
        AnswersError
            When nobody answered both sides of any pair.
        """
        weighted = next((rule for rule in self.questionnaire.scores if rule.weights is not None), None)
        dimensions = {
            rule.name: {
                "items": [{"perception": f"{one}.perceived", "expectation": f"{one}.expected"} for one in rule.questions],
                **({} if weighted is None else {"points": f"{weighted.weights}.{rule.name}"}),
            }
            for rule in self.questionnaire.scores if rule.way == "gap"
        }  # fmt: skip
        model = QualityModel.of({"dimensions": dimensions, "level": level}, self.questionnaire.version)
        return quality_study(model, table)

    def measured(
        self,
        journey: Journey,
        table: SheetTable,
        thresholds: Thresholds,
        rng: np.random.Generator,
        draws: int,
    ) -> dict[str, Any]:
        """Return a journey measured by the sheets, as `zhike.measure.studies.journey` tells it.

        Raises
        ------
        AnswersError
            When too few rated its touchpoints.
        """
        model = JourneyModel.of(None, self.questionnaire.version, journey)
        return plain_record(journey_study(model, table, None, thresholds, rng, draws)._asdict())

    def kano(self, table: SheetTable, level: float) -> dict[str, Any]:
        """Return the categories of traits after Kano."""
        features = {
            name: {"functional": f"{name}.functional", "dysfunctional": f"{name}.dysfunctional"}
            for name, question in self.questionnaire.by_name.items() if question.kind == "kano"
        }  # fmt: skip
        return kano_study(
            KanoModel.of({"features": features, "level": level}, self.questionnaire.version), table
        )
