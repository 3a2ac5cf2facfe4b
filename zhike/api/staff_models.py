"""The shapes of accounts of staff, and of what each role may do."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from zhike.api.models import Strict

__all__ = [
    "Account", "AccountList", "Branch", "BranchList", "GaveRole", "LeftBehind", "NewAccount", "OneTimePassword", "RoleBody", "RoleList",
    "RoleRequest", "RoleVerb", "StaffChange", "StaffName", "StateRequest", "Unlocked", "Withdrawn",
]  # fmt: skip

StaffName = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_\-]+$")]
_MOST_ROLES: Final = 20
_PLAIN: Final = r"^[^\x00-\x1f\x7f]*$"
Shown = Annotated[str, Field(min_length=1, max_length=100, pattern=_PLAIN)]
BranchName = Annotated[str, Field(min_length=1, max_length=64, pattern=_PLAIN)]
Role = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z_]+$")]
Roles = Annotated[list[Role], Field(min_length=1, max_length=_MOST_ROLES)]


class NewAccount(Strict):
    """Somebody new."""

    staff_id: StaffName
    name: Shown | None = None
    branch: BranchName | None = None
    roles: Roles


class StaffChange(Strict):
    """What an account is to be."""

    name: Shown
    branch: BranchName | None = None
    roles: Roles


class StateRequest(Strict):
    """Whether somebody is still here."""

    state: Literal["active", "left"]


class RoleRequest(Strict):
    """A role that needs a second person, and why it is to be given."""

    role: Role
    reason: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]


class Account(BaseModel):
    """An account."""

    staff_id: str
    name: str
    branch: str | None
    roles: list[str]
    state: Literal["active", "left"]
    locked_until: dt.datetime | None = Field(description="Null unless nobody may sign in under the name now.")
    password: Literal["own", "one_time", "over", "none"] = Field(
        description="one_time: made by somebody else and not yet changed; over: not changed in time."
    )
    last_sign_in: dt.datetime | None
    sessions: int = Field(description="In force.")
    tokens: int = Field(description="Of machines, in force.")
    own: bool = Field(description="Of whoever asks: nobody changes their own.")


class AccountList(BaseModel):
    """Accounts, by identifier."""

    staff: list[Account]
    next: str | None = Field(description="To be given as `after` for those that follow.")


class GaveRole(BaseModel):
    """What became of a role to be given."""

    staff_id: str
    role: str
    proposal_id: str
    state: str


class LeftBehind(BaseModel):
    """What ended when somebody left, and what they leave for others, as numbers."""

    staff_id: str
    state: Literal["active", "left"]
    sessions: int
    tokens: int
    customers: int = Field(description="Of the book, for somebody to take over.")
    tasks: int = Field(description="Open ones, for somebody to take over.")


class OneTimePassword(BaseModel):
    """A password that its owner must change when they first use it."""

    staff_id: str
    password: str = Field(description="Shown this once.")
    ends_at: dt.datetime


class Unlocked(BaseModel):
    """Whether a name was locked."""

    staff_id: str
    was_locked: bool


class Withdrawn(BaseModel):
    """How much ended."""

    staff_id: str
    sessions: int
    tokens: int


class RoleVerb(BaseModel):
    """Something that a role may do, or may not whatever else is granted."""

    verb: str
    text: str
    effect: Literal["allow", "deny"]
    scope: str
    purposes: list[str]
    because: str | None


class RoleBody(BaseModel):
    """A role and what it may do."""

    role: str
    text: str
    second_person: bool = Field(description="Whether it needs a second person to be given.")
    verbs: list[RoleVerb]


class RoleList(BaseModel):
    """All roles, with the words of their verbs and purposes in the caller's language."""

    roles: list[RoleBody]
    purposes: dict[str, str]


class Branch(BaseModel):
    """A branch, as numbers."""

    branch: str | None = Field(description="Null: those without one.")
    staff: dict[str, int] = Field(description="Active ones, by role.")
    left: int
    customers: int


class BranchList(BaseModel):
    """All branches, by name."""

    branches: list[Branch]
