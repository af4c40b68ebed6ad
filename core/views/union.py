"""Unions of nodes, told apart by the key that names the kind (layer views).

Pydantic reports a plain union once per member, which nobody can read. Here the key decides (``page: …`` is a page), a bare text is
expanded to the usual kind, and anything else gets one fault that proposes the nearest key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Union

from pydantic import BeforeValidator, Discriminator, Tag, WithJsonSchema

from core.errors import ViewError, unknown
from core.i18n import _

_OTHER = "no node"
_SHORT = "short node"


@dataclass(frozen=True)
class Member:
    """One kind of node allowed at some place."""

    model: Any
    """A subclass of `core.views.nodes.NodeModel`."""
    short: bool = False
    """Whether a bare text means this kind."""
    also: tuple[str, ...] = ()
    """Further keys that mean this kind."""

    @property
    def tag(self) -> str:
        """What pydantic calls the member; holds a space so that it is never mistaken for a key."""
        return f"{self.model.KIND} node"


def one_of(*members: Member) -> Any:
    """Return the annotation of one item that is any of ``members``; validated items are always model instances."""
    tags = {key: member.tag for member in members for key in (member.model.KEY, *member.also)}
    classes = {member.model: member.tag for member in members}
    short = next((member for member in members if member.short), None)

    def discriminate(value: Any) -> str:
        if isinstance(value, str):
            return _SHORT if short else _OTHER
        if isinstance(value, dict):
            return next((tags[key] for key in value if key in tags), _OTHER)
        return classes.get(type(value), _OTHER)

    parts: list[Any] = [Annotated[member.model, Tag(member.tag)] for member in members]
    if short:
        expand = BeforeValidator(_expander(short.model.KEY), json_schema_input_type=str)
        parts.append(Annotated[short.model, expand, Tag(_SHORT)])
    refuse = BeforeValidator(_refuser(list(tags)))
    parts.append(Annotated[Any, refuse, WithJsonSchema({"not": {}}), Tag(_OTHER)])
    return Annotated[Union[tuple(parts)], Discriminator(discriminate)]  # noqa: UP007 -- members are only known at run time


def _expander(key: str) -> Callable[[Any], Any]:
    def expand(value: Any) -> Any:
        return {key: value} if isinstance(value, str) else value

    return expand


def _refuser(keys: list[str]) -> Callable[[Any], Any]:
    def refuse(value: Any) -> Any:
        if isinstance(value, dict) and value:
            raise ValueError(unknown("node", str(next(iter(value))), keys, ViewError, code="view.unknown_node"))
        message = _("Expected a node, such as {%(key)s: …}.", key=keys[0])
        hint = _("known: %(names)s", names=", ".join(keys))
        raise ValueError(ViewError(message, code="view.unknown_node", hint=hint))

    return refuse
