"""Whether a member of staff or a machine may do something for a customer, to which end, and what of the customer's data they see.

Rights are rows of ``access.roles`` (see `zhike.core.grants`). Nothing is allowed that no row allows, and a denial beats every
grant. A token may be limited to some verbs (`zhike.govern.scopes`); the others are refused, whatever the rows say. What needs a
second person stands in ``access.four_eyes``. Rules are compiled once for each day on which they change; a
check is a few look-ups.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zhike.core.errors import RuleError
from zhike.core.grants import CLASSES, NEAR, NO_CUSTOMER, GrantTable
from zhike.core.phrases import phrase
from zhike.govern.scopes import covers
from zhike.govern.second_person import second_person_rules

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.core.grants import Grant, Judgement
    from zhike.core.rulebook import Rulebook, Version
    from zhike.core.tables import PersonalDataClass
    from zhike.govern.second_person import SecondPersonRule

__all__ = [
    "FOUR_EYES", "ROLES", "Access", "AccessRules", "Actor", "Permission", "Subject", "decide_access", "permitted_scope",
]  # fmt: skip

ROLES: Final = "access.roles"
FOUR_EYES: Final = "access.four_eyes"
SEEING: Final = ("customer.view", "customer.search")
"""Whoever may do one of these for a customer knows that the customer is there."""
_WIDEST_FIRST: Final = (("all", NEAR["other"]), ("branch", NEAR["branch"]), ("own_book", NEAR["own"]))


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff or a machine that asks.

    Parameters
    ----------
    actor_id : str
    roles : tuple of str
        All of them; a denial of one counts.
    branch : str or None
    book : frozenset of str
        Identifiers of the actor's own customers.
    scopes : tuple of str or None
        To which verbs the token that is shown is limited; None where it is not, or none is shown.

    Examples
    --------
    >>> ming = Actor("S1", ("relationship_manager",), branch="North", book=frozenset({"C1"}))
    >>> ming.subject("C1", "North"), ming.subject("C2", "South")
    (Subject(is_own=True, same_branch=True, opened=False), Subject(is_own=False, same_branch=False, opened=False))
    """

    actor_id: str
    roles: tuple[str, ...]
    branch: str | None = None
    book: frozenset[str] = frozenset()
    scopes: tuple[str, ...] | None = None

    def subject(self, customer_id: str, branch: str | None, *, opened: bool = False) -> Subject:
        """Return how the actor stands to a customer; a customer or an actor without a branch shares none."""
        return Subject(customer_id in self.book, branch is not None and branch == self.branch, opened)


@dataclass(frozen=True, slots=True)
class Subject:
    """How the actor stands to the customer that a request is about; a customer nobody knows is nobody's and elsewhere.

    Parameters
    ----------
    is_own : bool
        In the actor's own book.
    same_branch : bool
        Of the actor's branch.
    opened : bool
        The actor has broken the glass for this customer, see `zhike.govern.break_glass`.
    """

    is_own: bool = False
    same_branch: bool = False
    opened: bool = False

    @property
    def near(self) -> int:
        """The same as bits of `zhike.core.grants.NEAR`."""
        return (
            NEAR["other"]
            | (NEAR["own"] if self.is_own else 0)
            | (NEAR["branch"] if self.same_branch else 0)
            | (NEAR["opened"] if self.opened else 0)
        )


@dataclass(frozen=True, slots=True)
class Permission:
    """What was decided about one request.

    Parameters
    ----------
    actor_id, verb, purpose : str
        The request.
    allowed : bool
    highest_class : str or None
        Highest class of personal data that may be shown, the rest is masked (`zhike.govern.masking`); None when refused.
    visible : bool
        False where the actor may not even learn that the customer exists: answer as if there were none.
    needs_second_person : bool
        What is allowed is to propose it (`zhike.govern.four_eyes`).
    rules : tuple of Grant
        Rows that matched, the most specific first, each with its effect. Empty: nothing grants it.
    outside_scopes : bool
        Whether the actor's token is limited to other verbs: then it is refused, whatever the rows say.
    """

    actor_id: str
    verb: str
    purpose: str
    allowed: bool
    highest_class: PersonalDataClass | None
    visible: bool
    needs_second_person: bool
    rules: tuple[Grant, ...]
    outside_scopes: bool = False

    def shows(self, personal: PersonalDataClass) -> bool:
        """Return whether data of a class may be shown."""
        return self.highest_class is not None and CLASSES.index(personal) <= CLASSES.index(self.highest_class)

    def to_dict(self) -> dict[str, object]:
        """Return the permission as an audit record holds it."""
        names = [{"rule": grant.rule, "effect": grant.effect} for grant in self.rules]
        return {
            "actor_id": self.actor_id, "verb": self.verb, "purpose": self.purpose, "allowed": self.allowed,
            "highest_class": self.highest_class, "visible": self.visible,
            "needs_second_person": self.needs_second_person, "rules": names, "outside_scopes": self.outside_scopes,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccessRules:
    """The rules of one day, ready to be asked.

    Parameters
    ----------
    version : Version
        What ``access.roles`` says that day; its hash goes into the audit record.
    table : GrantTable
    second_person : mapping of str to SecondPersonRule
        What ``access.four_eyes`` says, by verb.
    """

    version: Version
    table: GrantTable
    second_person: Mapping[str, SecondPersonRule]
    _sight: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict, repr=False, compare=False)

    def visible(self, actor: Actor, near: int) -> bool:
        """Return whether the actor may see the customer, to whatever end, with the token that they show."""
        granted = denied = 0
        for role in actor.roles:
            more, less = self._ways_seen(role, near)
            granted, denied = granted | more, denied | less
        return bool(granted & ~denied & self._ways(actor))

    def judge(self, actor: Actor, verb: str, purpose: str, near: int) -> Judgement:
        """Return what an actor may see, and by which rows; nothing where the verb is outside the scopes of their token."""
        found = self.table.judge(actor.roles, verb, purpose, near)
        return found if covers(actor.scopes, verb) else found._replace(highest=None)

    def _ways_seen(self, role: str, near: int) -> tuple[int, int]:
        """Return which ways to see a customer a role is granted, and which it is denied, a bit each; found when first asked for."""
        found = self._sight.get((role, near))
        if found is None and role in self.table.roles:
            found = self._sight[role, near] = self._seen(role, near)
        return found or (0, 0)

    def _seen(self, role: str, near: int) -> tuple[int, int]:
        granted = denied = 0
        ways = [(verb, purpose) for verb in SEEING for purpose in self.table.purposes]
        for place, (verb, purpose) in enumerate(ways):
            effects = {
                grant.effect
                for grant in self.table.judge([role], verb, purpose, near).grants
                if grant.effect == "allow" or grant.limit == CLASSES[0]
            }
            granted |= ("allow" in effects) << place
            denied |= ("deny" in effects) << place
        return granted, denied

    def _ways(self, actor: Actor) -> int:
        """Return the bits of the ways to see a customer that are within the scopes of the actor's token."""
        purposes = len(self.table.purposes)
        every = (1 << purposes) - 1
        return sum(every << n * purposes for n, verb in enumerate(SEEING) if covers(actor.scopes, verb))


@dataclass(frozen=True, slots=True)
class Access:
    """The rules of every day, compiled.

    Parameters
    ----------
    days : tuple of date
        Days on which the rules change, ascending.
    rules : tuple of AccessRules or None
        What holds from each of them; None where nothing is granted to anybody.
    """

    days: tuple[dt.date, ...]
    rules: tuple[AccessRules | None, ...] = field(repr=False)

    @classmethod
    def of(cls, rulebook: Rulebook) -> Access:
        """Compile the rules of a rulebook.

        Raises
        ------
        RuleNotFoundError
            When ``access.roles`` or ``access.four_eyes`` is not there.
        RuleError
            When a row is malformed, or a verb that needs a second person is none of ``access.roles``.
        """
        entries = [rulebook.entry(ROLES), rulebook.entry(FOUR_EYES)]
        days = tuple(sorted({version.first_day for entry in entries for version in entry.versions}))
        return cls(days, tuple(_rules(*(entry.in_force(day) for entry in entries)) for day in days))

    def at(self, day: dt.date) -> AccessRules | None:
        """Return the rules of a day, None where nothing is granted to anybody."""
        place = bisect_right(self.days, day)
        return self.rules[place - 1] if place else None


def decide_access(
    access: Access, actor: Actor, verb: str, subject: Subject | None, purpose: str, at: dt.date
) -> Permission:
    """Decide whether an actor may do something, and what they may see.

    Parameters
    ----------
    access : Access
    actor : Actor
    verb, purpose : str
        As ``access.roles`` declares them; one that it does not declare is refused.
    subject : Subject or None
        How the actor stands to the customer; None when no customer is involved.
    at : date
        The day whose rules are asked. Access is a matter of today, also where the data shown are of another day.

    Returns
    -------
    Permission

    Examples
    --------
    >>> import datetime as dt
    >>> from zhike.adapters.rule_files import load_rulebook
    >>> access, ming = Access.of(load_rulebook()), Actor("S1", ("relationship_manager",))
    >>> own = decide_access(access, ming, "customer.view", Subject(is_own=True), "service", dt.date(2026, 6, 30))
    >>> own.allowed, own.highest_class
    (True, 'C2')
    >>> [(grant.effect, grant.name) for grant in own.rules]
    [('allow', 'front_sees_own_book'), ('deny', 'nobody_sees_authentication_data')]
    >>> other = decide_access(access, ming, "customer.view", Subject(), "service", dt.date(2026, 6, 30))
    >>> other.allowed, other.visible
    (False, False)

    A token that is limited to other verbs does not reach as far as its owner's roles.

    >>> limited = Actor("S1", ("relationship_manager",), scopes=("decision.make", "customer.search"))
    >>> refused = decide_access(access, limited, "customer.view", Subject(is_own=True), "service", dt.date(2026, 6, 30))
    >>> refused.allowed, refused.visible, refused.outside_scopes
    (False, True, True)

    Notes
    -----
    Whether the customer is visible is asked of the same token: one that is limited to what is about no customer is told of none.
    """
    rules = access.at(at)
    near = NO_CUSTOMER if subject is None else subject.near
    outside = not covers(actor.scopes, verb)
    if rules is None:
        return Permission(
            actor.actor_id, verb, purpose, allowed=False, highest_class=None, visible=near == NO_CUSTOMER,
            needs_second_person=False, rules=(), outside_scopes=outside,
        )  # fmt: skip
    highest, grants = rules.judge(actor, verb, purpose, near)
    allowed = highest is not None
    return Permission(
        actor.actor_id, verb, purpose, allowed, highest,
        visible=allowed or near == NO_CUSTOMER or rules.visible(actor, near),
        needs_second_person=allowed and verb in rules.second_person, rules=grants, outside_scopes=outside,
    )  # fmt: skip


def permitted_scope(access: Access, actor: Actor, verb: str, purpose: str, at: dt.date) -> str | None:
    """Return how far a list or a search may reach: ``all``, ``branch``, ``own_book``, or None for nowhere.

    Notes
    -----
    A single customer within that reach may still be closed by a denial: each row is asked for with `decide_access`, or the
    reach is taken only for verbs on which no denial by scope stands.

    Examples
    --------
    >>> import datetime as dt
    >>> from zhike.adapters.rule_files import load_rulebook
    >>> access, day = Access.of(load_rulebook()), dt.date(2026, 6, 30)
    >>> permitted_scope(access, Actor("S1", ("relationship_manager",)), "customer.search", "service", day)
    'own_book'
    """
    rules = access.at(at)
    if rules is None:
        return None
    return next(
        (
            scope
            for scope, near in _WIDEST_FIRST
            if rules.judge(actor, verb, purpose, NEAR["other"] | near).highest is not None
        ),
        None,
    )


def _rules(roles: Version | None, four_eyes: Version | None) -> AccessRules | None:
    # Without the list of what needs a second person nobody would be asked for one: then nothing is granted at all.
    if roles is None or four_eyes is None:
        return None
    table, second_person = GrantTable.of(roles), second_person_rules(four_eyes)
    verbs = {name for verb, rule in second_person.items() for name in (verb, rule.approved_by)}
    if not verbs <= set(table.verbs):
        unknown = ", ".join(sorted(verbs - set(table.verbs)))
        raise RuleError(
            what=phrase("verb '{unknown}'", unknown=unknown),
            path=four_eyes.path,
            expected=phrase("a verb of {path}", path=roles.path),
        )
    return AccessRules(roles, table, second_person)
