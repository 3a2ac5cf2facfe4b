"""What the OpenAPI document says beyond what the framework reads off the handlers: who may, headers, errors, one sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.api.models import ErrorBody

if TYPE_CHECKING:
    from fastapi import FastAPI
    from pydantic import BaseModel

__all__ = ["ERRORS", "OPEN", "PERMISSION", "SIGN_IN_ERRORS", "described_by", "needs", "read_by_hand"]

PERMISSION: Final = "x-permission"
"""Extension of an operation: the verbs of access.roles that it needs."""
OPEN: Final[dict[str, Any]] = {"security": [], PERMISSION: []}
"""What is said of an operation that is open to everybody."""
_SCHEME: Final = "token"
_LINK: Final = "link"
_REFERENCE: Final = "#/components/schemas/{model}"
_SECONDS: Final = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
_HOW: Final = {"WWW-Authenticate": {"description": "How to get in.", "schema": {"type": "string"}}}
_TAGGED, _KEYED, _OWN, _CONFLICTING = "tagged", "keyed", "own", "conflicting"
_DESCRIPTIONS: Final = {
    401: "Nobody known is asking.", 403: "Whoever asks may not.", 404: "Not recorded, or not for whoever asks.",
    409: "It does not fit what is recorded.", 410: "The customer's data were erased.", 413: "The request is too large.",
    422: "The request is not as described.", 429: "Too many requests of one caller.", 500: "A fault of Zhike's own.",
    503: "The store does not answer, or nothing is published.",
}  # fmt: skip
ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    status: {
        "description": text,
        "content": {"application/json": {"schema": {"$ref": _REFERENCE.format(model=ErrorBody.__name__)}}},
    }
    for status, text in _DESCRIPTIONS.items()
}
"""Answers that every operation with a caller may give."""
ERRORS[401]["headers"] = _HOW
ERRORS[429]["headers"] = ERRORS[503]["headers"] = _SECONDS
SIGN_IN_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    status: ERRORS[status] for status in (401, 409, 413, 422, 429, 500, 503)
}
"""Answers to somebody who is not known yet: no right is looked at, and nothing is looked for."""
_PURPOSE: Final = {
    "name": "X-Purpose", "in": "header", "required": False, "description": "To which end: a purpose of access.roles.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[a-z_]+$", "default": "service"},
}  # fmt: skip
_KEY: Final = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "Asking again under the same key gives the same answer and does nothing twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}  # fmt: skip
_SEEN: Final = {
    "name": "If-None-Match", "in": "header", "required": False, "description": "Tag of the answer that the caller has.",
    "schema": {"type": "string"},
}  # fmt: skip
_by_hand: dict[str, type[BaseModel]] = {ErrorBody.__name__: ErrorBody}


def needs(
    *verbs: str, tagged: bool = False, keyed: bool = False, own: bool = False, conflicting: bool = False
) -> dict[str, Any]:
    """Return what is said of an operation.

    Parameters
    ----------
    *verbs : str
        That whoever asks needs, of access.roles; none where it is about nobody but them.
    tagged : bool
        Whether its answer carries a tag.
    keyed : bool
        Whether asking again under the same key does nothing twice.
    own : bool
        Whether a customer asks, by the link to their own page.
    conflicting : bool
        Whether what is recorded may stand against it although it only reads.

    Examples
    --------
    >>> needs("customer.view")
    {'x-permission': ['customer.view']}
    """
    marks = {_TAGGED: tagged, _KEYED: keyed, _OWN: own, _CONFLICTING: conflicting}
    return {PERMISSION: list(verbs), **{name: True for name, marked in marks.items() if marked}}


def read_by_hand(model: type[BaseModel]) -> dict[str, Any]:
    """Return what is said of an operation that reads its body without the framework."""
    _by_hand[model.__name__] = model
    schema = {"$ref": _REFERENCE.format(model=model.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def described_by(app: FastAPI) -> None:
    """Let an application describe itself in full; made once, when it is first asked for."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(plain())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    components = document.setdefault("components", {})
    components["securitySchemes"] = {
        _SCHEME: {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of `zhike staff token`, or of a session.",
        },
        _LINK: {
            "type": "http",
            "scheme": "bearer",
            "description": "The token of a link to a customer's own page.",
        },
    }
    for model in _by_hand.values():
        schema = model.model_json_schema(ref_template=_REFERENCE)
        components["schemas"] |= schema.pop("$defs", {}) | {model.__name__: schema}
    components["schemas"] = dict(sorted(components["schemas"].items()))
    for path in document["paths"].values():
        for method, operation in path.items():
            _complete(method, operation)
    return document


def _complete(method: str, operation: dict[str, Any]) -> None:
    text = operation.get("description", "")
    operation["summary"] = text.split(". ")[0].split("\n")[0].rstrip(".")
    if operation.get("security") != []:
        by_link = operation.pop(_OWN, False)
        operation["security"] = [{_LINK if by_link else _SCHEME: []}]
        own = [*([] if by_link else [_PURPOSE]), *([_KEY] if operation.pop(_KEYED, False) else [])]
        operation["parameters"] = [*operation.get("parameters", []), *own]
    conflicting = operation.pop(_CONFLICTING, False)
    if method == "get":
        for status in ("413",) if conflicting else ("409", "413"):
            operation["responses"].pop(status, None)
    if operation.pop(_TAGGED, False):
        operation["parameters"].append(_SEEN)
        tag = {"ETag": {"description": "Tag of the answer.", "schema": {"type": "string"}}}
        operation["responses"]["200"]["headers"] = tag
        operation["responses"]["304"] = {"description": "As the caller has it.", "headers": tag}
