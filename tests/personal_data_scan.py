"""Find personal data on its way into a log or a URL, by reading the source: names of columns of class C2 and C3, and secrets.

A log outlives the right to erase, and a URL is written into logs, histories and the systems between. What a call of a logger
mentions, what a path or query template holds and what a handler takes from the query string is looked at, by name.
"""

import ast
import re

from zhike.core.contracts import CONTRACTS

SECRETS = frozenset({"password", "secret", "token", "api_key", "private_key", "one_time_code", "pin"})
"""C3 of JR/T 0171-2020 is what authenticates somebody; no contract table holds any, and no log may."""

EVERYDAY = frozenset(
    {
        "amount", "event", "label", "level", "method", "outcome", "purpose", "reason", "region", "role", "score", "status",
        "value", "words",
    }
)  # fmt: skip
"""Columns whose names programs use for other things too: found only where they are read from a record."""

LOGGERS = re.compile(r"^_*(log|logger|logging|audit_log|access_log)$", re.IGNORECASE)
LEVELS = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log", "bind", "msg"}
)
QUERIED = frozenset({"get", "delete", "head"})
ELSEWHERE = frozenset(
    {"Body", "Depends", "Form", "Header", "Request", "Response", "Security", "BackgroundTasks"}
)
"""What marks a handler's parameter that does not come from the URL."""

_BY_TABLE = {
    table.name: frozenset(column.name for column in table.columns if column.personal in ("C2", "C3"))
    for table in CONTRACTS.values()
}
PERSONAL = frozenset().union(*_BY_TABLE.values())
RECORDS = {
    **_BY_TABLE,
    **{name.removesuffix("s"): columns for name, columns in _BY_TABLE.items()},
    **dict.fromkeys(("row", "record", "profile", "person", "customer"), PERSONAL),
}
"""What a variable of this name may hold: the personal columns of its table, or any."""

_PLACEHOLDER = re.compile(r"[{](\w+)[^}]*[}]|%[(](\w+)[)]|[?&](\w+)=|<(?:\w+:)?(\w+)>|(\w+) ?[=:] ?[%{]")
_URL = re.compile(r"^(?:https?://[^ ]*|/[\w{<.-][^ ]*|/)$|[?&]\w+=")


def findings(source):
    """Return ``line: what`` for every place where personal data would get into a log or a URL."""
    tree = ast.parse(source)
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    in_paths = {name for text in texts if _URL.search(text) for name in _placeholders(text)}
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _logs(node):
            found |= {(node.lineno, f"log of {name}") for name in _mentioned(node)}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found |= {(node.lineno, f"query with {name}") for name in set(_queried(node)) - in_paths}
        elif isinstance(node, ast.JoinedStr):
            found |= {(node.lineno, f"URL with {name}") for name in _joined_url(node)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _URL.search(node.value):
            found |= {(node.lineno, f"URL with {name}") for name in _placeholders(node.value)}
    return [f"{line}: {what}" for line, what in sorted(found)]


def _logs(call):
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in LEVELS:
        return False
    base = function.value
    if isinstance(base, ast.Call):
        name = getattr(base.func, "attr", getattr(base.func, "id", ""))
        return name in ("getLogger", "get_logger") or _logs(base)
    return LOGGERS.match(getattr(base, "attr", getattr(base, "id", ""))) is not None


def _mentioned(call):
    """Return the personal names that a call's arguments mention, however deep."""
    found = {keyword.arg for keyword in call.keywords if keyword.arg and _outright(keyword.arg)}
    for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
        for node in ast.walk(argument):
            found |= _named(node)
    return found


def _named(node):
    if isinstance(node, ast.Name):
        return {node.id} if _outright(node.id) else set()
    if isinstance(node, ast.Attribute):
        return {node.attr} if _outright(node.attr) or _of_record(node.value, node.attr) else set()
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        key = node.slice.value
        return {key} if isinstance(key, str) and (_outright(key) or _of_record(node.value, key)) else set()
    if isinstance(node, ast.Dict):
        keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
        return {key for key in keys if isinstance(key, str) and _outright(key)}
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _placeholders(node.value)
    return set()


def _outright(name):
    """Return whether a name alone says that it is personal."""
    return name in SECRETS or (name in PERSONAL and name not in EVERYDAY)


def _of_record(base, name):
    return name in RECORDS.get(getattr(base, "attr", getattr(base, "id", "")), ())


def _placeholders(text):
    names = {name for groups in _PLACEHOLDER.findall(text) for name in groups if name}
    return {name for name in names if _outright(name)}


def _joined_url(node):
    """Return the personal names that an f-string puts into a URL."""
    text = "".join(part.value if isinstance(part, ast.Constant) else "{x}" for part in node.values)
    if not _URL.search(text):
        return set()
    return _placeholders(text) | {
        name for part in node.values for inner in ast.walk(part) for name in _named(inner)
    }


def _queried(function):
    """Return the personal parameters that a handler takes from the query string."""
    asks = any(
        isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr in QUERIED
        for mark in function.decorator_list
    )
    for name, parts in _parameters(function.args).items():
        marks = {getattr(node, "id", getattr(node, "attr", "")) for part in parts for node in ast.walk(part)}
        if _outright(name) and not marks & ELSEWHERE and (asks or "Query" in marks):
            yield name


def _parameters(arguments):
    """Return every parameter by name with its annotation and default, as far as there are any."""
    positional = [*arguments.posonlyargs, *arguments.args]
    unset = [None] * (len(positional) - len(arguments.defaults))
    pairs = [
        *zip(positional, [*unset, *arguments.defaults], strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return {
        argument.arg: [part for part in (argument.annotation, default) if part is not None]
        for argument, default in pairs
    }
