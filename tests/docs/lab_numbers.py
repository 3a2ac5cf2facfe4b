"""Read the numbers of the simulated bank from its code: each constant of a module with the text that stands beside it.

The text after a constant says what it means and where it comes from. A group of constants may share one comment above it.
"""

import ast
import inspect
import re
from dataclasses import dataclass

from doc_pages import REPOSITORY

LAB = REPOSITORY / "zhike" / "lab"

THEMES = {
    "Who the customers are": ("traits", "naming", "joining", "tiers"),
    "How they stand at the opening": ("opening",),
    "Work, family, income": ("livelihood",),
    "Money": ("money", "maturing"),
    "Market, seasons, competitors": ("weather", "facts_prices"),
    "Products and what they are worth": ("shelf", "worth"),
    "What customers take by themselves": ("needs", "taking", "buying"),
    "Being contacted": ("contact", "outcomes", "offers", "consenting"),
    "Being persuaded": ("persuading",),
    "Care": ("care",),
    "Satisfaction": ("satisfaction",),
    "Complaints": ("complaints",),
    "Leaving": ("leaving",),
    "The survey": ("listening",),
    "Journeys and businesses": ("journeys", "processes"),
    "What the bank has": ("resources", "situation"),
    "The campaigns of history": ("campaigns",),
    "The policies that are compared": ("rules_of_thumb", "response_ranking", "loop"),
    "How facts are recorded": (
        "facts_bookings",
        "facts_cases",
        "facts_events",
        "facts_month",
        "facts_opening",
        "simulated_bank",
    ),
    "Spoilt records": ("messy", "twins"),
    "Intervals and groups": ("intervals", "dividend", "groups"),
}
"""Modules whose constants are numbers of the world or of what is measured in it."""

WITHOUT = frozenset({
    "__init__", "assignment", "bank_facts", "deck", "dice", "facts_frame", "facts_holdings", "filling", "measures", "month_results",
    "oracle", "policies", "results", "run", "scarcity", "state", "studying", "truth", "workers", "world",
})  # fmt: skip
"""Modules that have machinery only: codes, layouts, sizes of chunks."""

TABLES = {("shelf", "PRODUCTS"), ("campaigns", "CAMPAIGNS"), ("campaigns", "CARE_CAMPAIGNS")}
"""Constants that have a table of their own."""

CHECKED = {
    ("complaints", "SHARES"): "published: service-quality.md 3.2",
    (
        "complaints",
        "CHANNEL_SHARES",
    ): "published: service-quality.md 3.2; the split of electronic channels is invented",
    ("complaints", "USUAL_MONTHLY_SHARE"): "published: service-quality.md 3.2",
    (
        "complaints",
        "_SHORTEST, _LONGEST, _USUAL_DAYS, _SPREAD",
    ): "the 15 days: service-quality.md 3.1; the rest is invented",
    ("satisfaction", "PATHS"): "published: service-quality.md 1.9",
    ("satisfaction", "R2"): "published: service-quality.md 1.9",
    ("satisfaction", "_IMAGE_AND_QUALITY"): "computed from the data set ecsi_mobi",
    ("satisfaction", "HALO"): "follows from the three above",
    ("listening", "ITEMS"): "computed from the data set ecsi_mobi",
    ("campaigns", "ORDER_IN_FORCE"): "law: service-quality.md 4.1",
    ("campaigns", "VALID_MONTHS"): "law: service-quality.md 4.1",
    ("care", "VALID_MONTHS"): "law: service-quality.md 4.1",
    ("worth", "PREMIUM_SHARE"): "law, as a house rule here: service-quality.md 4.1",
    (
        "persuading",
        "STRENGTH",
    ): "the telephone: set against 11.7 % of the data set uci_bank_marketing; the rest is invented",
    ("resources", "CUSTOMERS_A_MANAGER"): "chosen within the range of service-quality.md 8, a weak source",
}
"""Numbers whose source is among the reference notes or the data sets, and was looked at."""

CODES = frozenset({
    "_ADULT, _OLDEST, _YEAR", "_AFFLUENT", "_ALONE", "_BLOCKED_OUTCOME", "_DAY", "_DIGITS", "_FALLING", "_FEN", "_FIRM",
    "_MONTHS_A_YEAR", "_MONTH_DAYS", "_OPEN", "_QUALITY_ALONE", "_REVIEWS", "_STEPS", "_YEAR", "_YUAN_TEN", "CALM, RISING, FALLING",
    "CLOSED, REPAID, LAPSED", "FEN", "LAST_MONTH", "ORGANIC, BEFORE", "OTHER, SALARY, PENSION, FROM_WORK",
    "PERSON, PROFESSIONAL, FIRM",
})  # fmt: skip
"""Codes, units of time and money, and what follows from other numbers."""

_FROM_MEMORY = re.compile(
    r"Bureau|Ministry|People's Bank|Regulatory Administration|listed rate|national (?:shares|averages)|ublished|publish|"
    r"usual ceiling|usual terms|report (?:are|lie)|banks report|reform",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"^#\s?(.*)$")


@dataclass(frozen=True)
class Number:
    """One constant: its module, its name, its value and its text as they are shown."""

    module: str
    name: str
    value: str
    text: str

    @property
    def ground(self):
        """Where the value comes from, in a few words."""
        if (known := CHECKED.get((self.module, self.name))) is not None:
            return known
        remembered = _FROM_MEMORY.search(self.text)
        if "nvented" in self.text:
            return (
                "**invented**; the published figures that are named were not checked"
                if remembered
                else "**invented**"
            )
        if "alibrated" in self.text:
            return "calibrated in the simulation"
        return "near published figures, not checked" if remembered else "choice"


def modules():
    """Return the names of all modules of the simulated bank."""
    return {path.stem for path in LAB.glob("*.py")}


def numbers(module):
    """Return the constants of a module that hold a number, in the order of the code; some say no more than their name."""
    source = (LAB / f"{module}.py").read_text("utf-8")
    body, lines, found, above = ast.parse(source).body, source.splitlines(), [], ""
    for statement, after in zip(body, [*body[1:], None], strict=True):
        if not isinstance(statement, ast.Assign | ast.AnnAssign):
            continue
        previous = lines[statement.lineno - 2] if statement.lineno > 1 else ""
        above = _comment_above(lines, statement.lineno) or (above if previous.strip() else "")
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        name, value, text = ast.unparse(target).strip("()"), _shown(statement.value), _text_of(after)
        if (module, name) in TABLES or name in CODES or value is None:
            continue
        if _has_number(statement.value) or "nvented" in text:
            found.append(Number(module, name, value, " ".join((text or above).split())))
    return found


def _comment_above(lines, line):
    """Return the comment lines right above a line (counted from 1), or ''."""
    found, place = [], line - 2
    while place >= 0 and (comment := _COMMENT.match(lines[place])):
        found.insert(0, comment[1])
        place -= 1
    return " ".join(found)


def _text_of(statement):
    if (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    ):
        return inspect.cleandoc(statement.value.value)
    return ""


def _has_number(node):
    return any(
        isinstance(part, ast.Constant)
        and isinstance(part.value, int | float)
        and not isinstance(part.value, bool)
        for part in ast.walk(node)
    )


def _shown(node):  # noqa: PLR0911 - one return a kind of node
    """Return a value as text, None where it is computed by more than arithmetic."""
    if isinstance(node, ast.Dict):
        parts = [
            (_shown(key), _inner(value)) for key, value in zip(node.keys, node.values, strict=True) if key
        ]
        return (
            None
            if any(None in part for part in parts)
            else ", ".join(f"{key.strip('()')} {value}" for key, value in parts)
        )
    if isinstance(node, ast.Tuple | ast.List):
        parts = [_inner(part) for part in node.elts]
        return None if None in parts else ", ".join(parts)
    if isinstance(node, ast.Call):
        return _called(node)
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Name | ast.Attribute):
        return ast.unparse(node)
    if isinstance(node, ast.BinOp | ast.UnaryOp):
        inner = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
        return None if inner and not all(_called(part) for part in inner) else _arithmetic(node)
    return None


def _called(node):
    """Return the arguments of a record, of an array or of a read-only mapping; functions among them are left out."""
    name = ast.unparse(node.func)
    if name in ("np.array", "MappingProxyType") and len(node.args) >= 1:
        return _shown(node.args[0])
    if name in ("Business", "Step"):
        parts = [_inner(part) for part in node.args]
        return None if None in parts else ", ".join(parts)
    if name in ("Care", "Item"):
        parts = [part for part in node.args if isinstance(part, ast.Constant | ast.UnaryOp)]
        return ", ".join(_shown(part) for part in parts)
    return None


def _arithmetic(node):
    text = ast.unparse(node).replace("np.array(", "(")
    return text.replace("([", "(").replace("])", ")")


def _inner(node):
    shown = _shown(node)
    nested = isinstance(node, ast.Dict | ast.Tuple | ast.List | ast.Call)
    return f"({shown})" if nested and shown is not None else shown


def campaigns(name):
    """Return the lines of a calendar of campaigns: offers, channel, for whom, and what else is said of each."""
    tree = ast.parse((LAB / "campaigns.py").read_text("utf-8"))
    whole = next(
        part for part in tree.body if isinstance(part, ast.AnnAssign) and ast.unparse(part.target) == name
    )
    return [_campaign(call) for call in whole.value.elts]


def _campaign(call):
    offers, channel, target, *rest = call.args
    whom = ast.unparse(target.body if isinstance(target, ast.Lambda) else target).replace("seen.", "")
    weight = ast.unparse(rest[0]) if rest else "1.0"
    months = _months(rest[1]) if len(rest) > 1 else "all"
    notes = [word.arg for word in call.keywords if ast.unparse(word.value) == "True"]
    return [offers.value, channel.value, f"`{whom}`", weight, months, ", ".join(notes)]


def _months(node):
    """Return calendar months that are listed, or given as a range."""
    if isinstance(node, ast.Tuple):
        return ", ".join(ast.unparse(part) for part in node.elts)
    first, behind = (int(ast.unparse(part)) for part in node.args[0].args)
    return f"{first} to {behind - 1}"


INTRO = """\
# The numbers of the simulated bank

The constants that [the simulated bank](../concepts/lab.md) is made of, as they stand in the code, by theme. Names that begin with an
underscore are private to their module; numbers inside a formula stand in the code only. Amounts are yuan, shares lie between 0 and 1, months are counted from 1970-01 where a number is
above 200, and a *shift* is one of log-odds unless the text says otherwise.

**Ground** says where a number comes from:

- *published*, *law*, *computed from*: the source is among the reference notes or the data sets of the project, and was looked at.
- *near published figures, not checked*: the text names a statistic or a rate as its author remembered it. Nobody compared it with the
  source. Do not cite it from here.
- *calibrated*: set so that the simulation comes out at a target; the target has its own ground.
- **invented**: made up so that the bank behaves plausibly.
- *choice*: a modelling choice, a bound, or what follows from another number. Nothing published stands behind it.
"""


def lab_numbers_page(note):
    """Return the page of the numbers; ``note`` is its first line."""
    lines = [note.format(source="the constants of zhike.lab"), INTRO]
    for theme, names in THEMES.items():
        found = [number for name in names for number in numbers(name)]
        lines += [f"## {theme}", "", f"From {', '.join(f'`zhike.lab.{name}`' for name in names)}.", ""]
        if found:
            lines += ["| name | value | meaning | ground |", "|---|---|---|---|", *map(_row, found), ""]
        if "shelf" in names:
            lines += _shelf()
        if "campaigns" in names:
            lines += _calendar()
    return "\n".join(lines).rstrip() + "\n"


def _row(number):
    name = " ".join(f"`{part}`" for part in number.name.split(", "))
    cells = (name, _plain(number.value), _plain(number.text) or "-", number.ground)
    return f"| {' | '.join(cells)} |"


def _plain(text):
    """Return a text whose bars and stars are not taken for table and emphasis."""
    return text.replace("|", "\\|").replace("*", "\\*")


def _shelf():
    """Return the products of the shelf as a table, without what is the same for nearly all."""
    from zhike.lab.shelf import PRODUCTS

    heads = ("code", "name", "family", "seller_level", "issuer_level", "months", "least", "typical", "margin", "surplus",
             "paying_years", "firms")  # fmt: skip
    lines = ["The shelf, **invented** in every part. Least amount, margin and surplus of settlement and payment are yuan, else shares of the amount.", ""]  # fmt: skip
    lines += [f"| {' | '.join(head.replace('_', ' ') for head in heads)} |", "|---" * len(heads) + "|"]
    for product in PRODUCTS:
        cells = [getattr(product, head) for head in heads]
        shown = [
            "" if cell is None or cell is False else "yes" if cell is True else str(cell) for cell in cells
        ]
        lines.append(f"| {' | '.join(shown)} |")
    return [*lines, ""]


def _calendar():
    heads = "| offers | channel | for whom | weight or chance | months | only |\n|---|---|---|---|---|---|"
    lines = []
    for name, title in (("CAMPAIGNS", "Sales"), ("CARE_CAMPAIGNS", "Care")):
        rows = [
            f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in campaigns(name)
        ]
        lines += [f"{title} (`{name}`), **invented**:", "", heads, *rows, ""]
    return [*lines, "*careless*: ignored suitability before the order on suitability was in force; *rising*: only while the market rises.", ""]  # fmt: skip
