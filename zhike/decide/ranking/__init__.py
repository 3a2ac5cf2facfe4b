"""Rankings learned from closed windows of history."""

from zhike.decide.ranking.closed_windows import History, TrainingWindow, closed_count, training_windows
from zhike.decide.ranking.learned_ranker import LearnedRanker, RankingExamples, examples_of
from zhike.decide.ranking.listwise import ListwiseLogit
from zhike.decide.ranking.trade_off import traded_top
from zhike.decide.ranking.window_blend import RecentPopularity, WindowBlend

__all__ = [
    "History",
    "LearnedRanker",
    "ListwiseLogit",
    "RankingExamples",
    "RecentPopularity",
    "TrainingWindow",
    "WindowBlend",
    "closed_count",
    "examples_of",
    "traded_top",
    "training_windows",
]
