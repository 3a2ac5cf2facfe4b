"""The shapes of signing in and out."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr

from zhike.api.models import Strict

__all__ = ["CurrentSession", "EndedSession", "SessionBody", "SessionRequest"]


class SessionRequest(Strict):
    """Who wants to sign in."""

    staff_id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_\-]+$")]
    password: Annotated[SecretStr, Field(min_length=1, max_length=1000, description="As it was typed.")]
    new_password: Annotated[
        SecretStr | None,
        Field(
            min_length=1,
            max_length=1000,
            description="To be taken in place of this one, where somebody else made it or one wants another.",
        ),
    ] = None


class SessionBody(BaseModel):
    """A session that has begun."""

    token: str = Field(description="To be sent as `Authorization: Bearer TOKEN`; shown this once.")
    ends_at: dt.datetime = Field(description="When it ends, however much it is used.")
    idle_seconds: int = Field(
        description="It ends before, so long after its last use, or up to a minute sooner."
    )


class CurrentSession(BaseModel):
    """Who is asking."""

    staff_id: str
    kind: Literal["machine", "session"] | None = Field(
        description="Of the token; null where none was needed, at the machine itself."
    )
    roles: list[str]
    branch: str | None
    scopes: list[str] = Field(
        description="Verbs, or families of them such as customer.*, that the token is limited to; empty: all that the roles allow."
    )
    ends_at: dt.datetime | None = Field(description="Null for a token that lasts until it is withdrawn.")


class EndedSession(BaseModel):
    """A session that was ended."""

    staff_id: str
    ended_at: dt.datetime
