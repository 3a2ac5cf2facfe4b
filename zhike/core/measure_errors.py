"""Errors of measurement: answers that carry no figure, models that say what cannot be estimated."""

from __future__ import annotations

from zhike.core.errors import ZhikeError
from zhike.core.language import Text

__all__ = ["AnswersError", "MeasureModelError", "TextsError"]


class AnswersError(ZhikeError):
    """Answers of a survey cannot be used as they are."""

    code = "answers_unusable"
    found = Text("found {what}", "答卷：{what}", "問卷作答：{what}")
    needed = Text("needed {expected}", "需要：{expected}", "需要：{expected}")
    remedy = Text("{advice}", "{advice}", "{advice}")


class MeasureModelError(ZhikeError):
    """A model file of a measurement names something that does not fit together."""

    code = "measure_model_invalid"
    found = Text("found {what} in model '{path}'", "模型“{path}”：{what}", "模型「{path}」：{what}")
    needed = Text("needed {expected}", "需要：{expected}", "需要：{expected}")
    remedy = Text(
        "Correct the model; docs/reference/measure.md shows every key.",
        "请更正模型；所有键见 docs/reference/measure.md。",
        "請更正模型；所有鍵見 docs/reference/measure.md。",
    )


class TextsError(ZhikeError):
    """Texts that people wrote cannot be learnt from or sorted as they are."""

    code = "texts_unusable"
    found = Text("found {what}", "文本：{what}", "文字：{what}")
    needed = Text("needed {expected}", "需要：{expected}", "需要：{expected}")
    remedy = Text("{advice}", "{advice}", "{advice}")
