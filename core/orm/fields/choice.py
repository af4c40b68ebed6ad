"""`Boolean` and `Selection`. Layer: orm."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa

from core.errors import DefinitionError, nearest
from core.i18n import _
from core.orm.fields.base import Field

if TYPE_CHECKING:
    from core.orm.environment import Environment


class Boolean(Field[bool]):
    """Yes or no; never None, False unless a default says otherwise."""

    kind = "boolean"

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        """Return the column type."""
        return sa.Boolean()

    def convert(self, value: Any, env: Environment | None = None) -> bool:
        """Return the value; None counts as False."""
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self.wrong_type(value, _("true or false"))
        return value

    def default_value(self, env: Environment) -> Any:
        """Return the declared default, else False."""
        return False if self.default is None else super().default_value(env)

    def columns(self) -> list[sa.Column[Any]]:
        """Return the column; the database itself fills rows that are older than it or written by code that does not know it."""
        if self.column is None or self.computed:
            return super().columns()
        filling = sa.true() if self.default is True else sa.false()
        return [sa.Column(self.column, self.sa_type(), nullable=self.nullable, server_default=filling)]


class Selection(Field[str]):
    """One of a few fixed choices.

    A layer of another addon adds choices by declaring the field again with its own ones (or with ``selection_add``): they come
    behind those already there, and the label of a key given again is replaced.

    Args:
        options: Mapping key → label, or pairs of both; keys are stored, at most 64 characters each.
    """

    kind = "selection"
    own_options: ClassVar[frozenset[str]] = frozenset({"options", "selection_add", "only_with"})
    options: Mapping[str, str] = {}
    selection_add: Mapping[str, str] = {}
    """Choices an extension adds behind those there; the same as giving `options` again."""
    only_with: Mapping[str, str] = {}
    """Key → addon without which this choice is not offered, such as ``{"in_approval": "crm_approval"}``."""

    def __init__(
        self,
        options: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
        label: str | None = None,
        **more: Any,
    ) -> None:
        if options is not None:
            more["options"] = options
        for name in ("options", "selection_add"):
            if more.get(name) is not None:
                more[name] = _choices(more[name])
        super().__init__(label, **more)
        if self.selection_add and not self.options:
            self.options = dict(self.selection_add)

    def _merge_options(self, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        merged = {**old, **new}
        merged["options"] = {
            **old.get("options", {}),
            **old.get("selection_add", {}),
            **new.get("options", {}),
            **new.get("selection_add", {}),
        }
        merged["only_with"] = {**old.get("only_with", {}), **new.get("only_with", {})}
        return merged

    left_out: frozenset[str] = frozenset()
    """Choices whose addon is not enabled: no value, but conditions may still name them."""

    def leave_out_without(self, addons: Collection[str]) -> None:
        """Drop the choices that need an addon which is not among ``addons``. Called on a bound copy by the registry only."""
        self.left_out = frozenset(key for key, addon in self.only_with.items() if addon not in addons)
        if self.left_out:
            self.options = {key: label for key, label in self.options.items() if key not in self.left_out}

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        """Return the column type."""
        return sa.String(64)

    def convert(self, value: Any, env: Environment | None = None) -> str | None:
        """Return the key; an unknown one is refused and the nearest proposed."""
        if value is None or value == "":
            return None
        if isinstance(value, str) and value in self.options:
            return value
        close = nearest(str(value), self.options)
        raise self.invalid(
            _('%(label)s: "%(value)s" is not a choice.', label=self.label, value=str(value)[:64]),
            code="validation.selection",
            hint=_('did you mean "%(name)s"?', name=close)
            if close
            else _("known: %(names)s", names=", ".join(self.options)),
        )


def _choices(given: Any) -> dict[str, str]:
    """Return key → label.

    Raises:
        DefinitionError: ``given`` is neither a mapping nor a list of pairs, or a key is no text.
    """
    pairs = list(given.items() if isinstance(given, Mapping) else given if isinstance(given, (list, tuple)) else [None])
    if not all(isinstance(pair, (list, tuple)) and len(pair) == 2 and isinstance(pair[0], str) for pair in pairs):
        raise DefinitionError(
            _("The choices of a selection are a mapping of keys to labels."),
            hint=_('such as {"%(key)s": "%(label)s"}', key="draft", label="Draft"),
        )
    return dict(pairs)
