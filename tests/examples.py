"""How many examples a law is tried on: few with every change, ten times as many in a campaign."""

import os

_TIMES = int(os.environ.get("ZHIKE_EXAMPLES", "1"))


def examples(few):
    return few * _TIMES
