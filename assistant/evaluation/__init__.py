"""How good the answers are: gold questions, measures, reports and comparisons of runs.

`python -m assistant.evaluation` is the command line; these are the parts to build on.
"""

from assistant.evaluation.comparison import Comparison, compare
from assistant.evaluation.floors import check_floors, read_floors
from assistant.evaluation.records import Gold, Problem, read_gold, read_run, split_of
from assistant.evaluation.report import Evaluation, QuestionResult, evaluate
from assistant.evaluation.statistics import Estimate

__all__ = [
    "Comparison",
    "Estimate",
    "Evaluation",
    "Gold",
    "Problem",
    "QuestionResult",
    "check_floors",
    "compare",
    "evaluate",
    "read_floors",
    "read_gold",
    "read_run",
    "split_of",
]
