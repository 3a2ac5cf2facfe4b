"""Read a body without the framework, and describe it all the same: for the one route that is asked for hundreds of times a second."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

__all__ = ["described", "read_body"]

Model = TypeVar("Model", bound=BaseModel)
_HEADERS: Final = (
    ("authorization", "Bearer TOKEN.", 300),
    ("x-purpose", "Purpose of access, see access.roles; service where it is left out.", 64),
    ("idempotency-key", "Asking again under the same key gives the same answer.", 200),
)


def read_body(model: type[Model], content: bytes) -> Model:
    """Return a body as a model.

    Raises
    ------
    RequestValidationError
        When it is not as the model describes it.
    """
    try:
        return model.model_validate_json(content)
    except ValidationError as problem:
        errors = [
            {**one, "loc": ("body", *one["loc"])}
            for one in problem.errors(include_input=False, include_url=False)
        ]
        raise RequestValidationError(errors) from problem


def described(model: type[BaseModel]) -> dict[str, Any]:
    """Return what an OpenAPI operation says of a body and the usual headers."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": _inlined(schema, parts)}}},
        "parameters": [
            {"name": name, "in": "header", "required": False, "description": told,
             "schema": {"type": "string", "minLength": 1, "maxLength": longest}}
            for name, told, longest in _HEADERS
        ],
    }  # fmt: skip


def _inlined(schema: Any, parts: dict[str, Any]) -> Any:  # noqa: ANN401 - any part of a JSON schema
    if isinstance(schema, list):
        return [_inlined(one, parts) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(parts[schema["$ref"].rpartition("/")[2]], parts)
    return {name: _inlined(value, parts) for name, value in schema.items()}
