"""Models that a policy names instead of learning its own: where they come from is said by whoever hands them in.

A policy writes ``kept: NAME`` for the version that is in force, ``kept: NAME@VERSION`` for one version. Deciding is pure: the registry is read
before, and what was decided says which version it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from zhike.core.errors import PolicyError
from zhike.core.phrases import phrase

__all__ = ["KEPT", "NAMEABLE", "NONE_KEPT", "KeptModel", "KeptModels", "named_model"]

T = TypeVar("T")
KEPT: Final = "kept"
"""Key of a policy, and of what a plan tells of a model."""
NAMEABLE: Final = ("ranking", "online_chances", "offer_chances")
"""Names of the models that a policy can name."""
REFERENCE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}(@[0-9a-f]{4,64})?")


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A model of a registry.

    Parameters
    ----------
    name, kind, version, sha256 : str
        See `zhike.learn.training.ModelRecord`.
    provenance : mapping
        As JSON values.
    model : object
        The model itself, of the class that reads its kind.
    """

    name: str
    kind: str
    version: str
    sha256: str
    provenance: Mapping[str, Any] = field(repr=False)
    model: Any = field(repr=False)

    def told(self, reference: str) -> dict[str, Any]:
        """Return what a plan says of it, as JSON values."""
        named = {name: getattr(self, name) for name in ("name", "kind", "version", "sha256")}
        return {**named, KEPT: reference, "provenance": dict(self.provenance)}


KeptModels = Mapping[str, KeptModel]
"""By the reference that a policy writes."""
NONE_KEPT: Final[KeptModels] = {}


def named_model(models: KeptModels, reference: str, wanted: type[T], path: str) -> tuple[KeptModel, T]:
    """Return the model that a policy names, and the same as the class that it must be of.

    Parameters
    ----------
    models : mapping of str to KeptModel
    reference : str
        As the policy writes it.
    wanted : type
    path : str
        Of the policy.

    Raises
    ------
    PolicyError
        When it was not handed in, or is a model of another kind.
    """
    found = models.get(reference)
    if found is None or not isinstance(found.model, wanted):
        what = phrase("the model {name}", name=reference)
        kind = getattr(wanted, "kind", wanted.__name__)
        expected = phrase(
            "a model of kind {kind} that is kept and in force; see `zhike models list`", kind=kind
        )
        raise PolicyError(what=what, path=path, expected=expected)
    return found, found.model
