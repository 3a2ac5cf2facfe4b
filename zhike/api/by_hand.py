"""Read a body without the framework: for the one route that is asked for hundreds of times a second."""

from __future__ import annotations

from typing import TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

__all__ = ["read_body"]

Model = TypeVar("Model", bound=BaseModel)


async def read_body(request: Request, model: type[Model]) -> Model:
    """Return a body as a model.

    Raises
    ------
    RequestValidationError
        When it is not JSON by its content type, or not as the model describes it.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RequestValidationError([{"type": "media_type", "loc": ("header", "content-type"), "msg": "Input should be application/json"}])  # fmt: skip
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as problem:
        errors = [
            {**one, "loc": ("body", *one["loc"])}
            for one in problem.errors(include_input=False, include_url=False)
        ]
        raise RequestValidationError(errors) from problem
