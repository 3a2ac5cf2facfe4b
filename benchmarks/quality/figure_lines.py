"""One JSON line a figure, the same of every benchmark of quality: so that runs on other data can be read by a program."""

import json
import math
from numbers import Integral


def figure_line(benchmark, metric, value=None, span=(None, None), n=None, seconds=None):
    """Print a figure with its interval, the number of cases and the seconds it took; None where there is none.

    What is not a finite number is printed as null: JSON has no other word for it.
    """
    figure = {"value": value, "low": span[0], "high": span[1], "n": n, "seconds": seconds}
    rounded = {name: _rounded(one) for name, one in figure.items()}
    print(json.dumps({"benchmark": benchmark, "metric": metric, **rounded}), flush=True)


def _rounded(one):
    if one is None or not math.isfinite(one):
        return None
    return int(one) if isinstance(one, Integral) else round(float(one), 6)
