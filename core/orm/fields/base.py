"""`Field`: what all field kinds share. Layer: orm.

A field is declared once on a definition class and never changed. A registry merges the declarations of all layers of a model into
one *bound* copy, which knows its name, model and addon; the rest of the kernel works with bound copies only.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, overload

import sqlalchemy as sa

from core.errors import DefinitionError, ValidationError, Where, unknown
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

T = TypeVar("T")
FieldType = TypeVar("FieldType", bound="Field[Any]")

TEXT_INDEXES = frozenset({"substring", "fuzzy"})
"""Values of the option ``index`` by which parts of a text are found fast; both have a plain index as well."""

COMMON_OPTIONS = frozenset(
    {
        "label",
        "help",
        "required",
        "default",
        "index",
        "unique",
        "readonly",
        "compute",
        "store",
        "recursive",
        "related",
        "track",
        "groups",
        "copy",
        "translate",
    }
)


class Field(Generic[T]):
    """One field of a model.

    Args:
        label: Text shown beside the field; None makes one from the name.
        help: One sentence for a tooltip and the reference.
        required: A record can't be saved without a value. The column is NOT NULL only where the model's own addon declares it
            (design 1.12).
        default: A value, or a callable taking nothing or the environment.
        index: True for a plain index; for texts also ``"substring"``, where parts of them are looked for (CORE-38), and ``"fuzzy"``, where
            characters in order and pinyin initials are as well (CORE-40).
        unique: No two living records have the same value; None is not a value.
        readonly: Can't be written from outside (pages, API, import); business code may.
        compute: Name of the method that sets it; see `core.orm.decorators.depends`.
        store: A computed field has a column and is kept up to date; default False for computed, True for others.
        recursive: A computed field may depend on itself through a relation, as in a tree.
        related: Dotted path this field mirrors, such as ``"customer.level"``.
        track: Old and new value of every change go to the history (CORE-69).
        groups: Ids of the groups that may see the field; None means everybody who may read the record.
        copy: The value goes along when a record is copied; default True, False for computed and One2many.
        translate: Texts only: one value per language.
    """

    kind: ClassVar[str] = ""
    own_options: ClassVar[frozenset[str]] = frozenset()
    """Names of options of this kind beside the common ones."""
    is_relation: ClassVar[bool] = False
    to_many: ClassVar[bool] = False
    size: int | None = None

    name: str = ""
    model_name: str = ""
    addon: str = ""
    """Addon whose definition declared the field first."""
    from_extension: bool = False
    """True if the field was added to another addon's model (its column is nullable in the database)."""

    def __init__(self, label: str | None = None, **options: Any) -> None:
        if label is not None:
            options["label"] = label
        self.given = options
        self._apply(options)

    def _apply(self, options: dict[str, Any]) -> None:
        allowed = COMMON_OPTIONS | self.own_options
        for key in options:
            if key not in allowed:
                raise unknown(f"option of a {self.kind} field", key, allowed, DefinitionError)
        for key, value in options.items():
            setattr(self, f"_{key}" if key in {"label", "copy"} else key, value)

    # Common options with their defaults; `_apply` overrides them on the instance.
    _label: str | None = None
    help: str | None = None
    required: bool = False
    default: Any = None
    index: bool | str = False
    unique: bool = False
    readonly: bool = False
    compute: str | None = None
    store: bool | None = None
    recursive: bool = False
    related: str | None = None
    track: bool = False
    groups: list[str] | None = None
    _copy: bool | None = None
    translate: bool = False

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self: FieldType, instance: None, owner: type) -> FieldType: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        raise AttributeError(f"{owner.__name__}.{self.name}: a definition holds no values; use env[…] to get records")

    def __set__(self, instance: object, value: T | None) -> None:
        raise AttributeError(f"{type(instance).__name__}.{self.name} can't be set")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.model_name}.{self.name}>"

    @property
    def label(self) -> str:
        """The declared label, else the name in words."""
        return self._label or self.name.replace("_", " ").capitalize()

    @property
    def computed(self) -> bool:
        """Whether a method or a related path gives the value."""
        return bool(self.compute or self.related)

    @property
    def is_stored(self) -> bool:
        """Whether the value lives in the database (in a column, in the other table, or in an association table)."""
        return not self.computed if self.store is None else self.store

    @property
    def copied(self) -> bool:
        """Whether a copied record gets the value."""
        return not (self.computed or self.unique) if self._copy is None else self._copy

    @property
    def writable(self) -> bool:
        """Whether values may be given from outside."""
        return not self.readonly and not self.computed

    @property
    def column(self) -> str | None:
        """Name of the column, or None if there is none."""
        return self.name if self.is_stored else None

    @property
    def where(self) -> Where:
        """The place of the field, for errors."""
        return Where(addon=self.addon or None, model=self.model_name or None, field=self.name or None)

    def bind(self, model_name: str, name: str, addon: str, *, from_extension: bool) -> None:
        """Tell a merged copy where it belongs. Called by the registry only."""
        self.model_name, self.name, self.addon, self.from_extension = model_name, name, addon, from_extension

    def merged_with(self: FieldType, other: Field[Any]) -> FieldType:
        """Return a copy of this declaration with the options of a later layer on top.

        Raises:
            DefinitionError: ``other`` is of another kind.
        """
        if other.kind != self.kind:
            raise DefinitionError(
                _(
                    'Field "%(name)s" is declared as %(old)s and again as %(new)s.',
                    name=other.name,
                    old=self.kind,
                    new=other.kind,
                ),
                code="definition.field_kind",
                hint=_("keep the kind of the first declaration or choose another name"),
            )
        clone = copy.copy(self)
        clone.given = self._merge_options(self.given, other.given)
        clone._apply(clone.given)
        return clone

    def _merge_options(self, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        return {**old, **new}

    def unbound_copy(self: FieldType) -> FieldType:
        """Return a copy that can be bound without touching the declaration."""
        return copy.copy(self)

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        """Return the column type."""
        raise DefinitionError(_("A %(kind)s field has no column of its own.", kind=self.kind), where=self.where)

    def columns(self) -> list[sa.Column[Any]]:
        """Return new columns for the table; empty for fields without any."""
        if self.column is None:
            return []
        return [sa.Column(self.column, self.sa_type(), nullable=self.nullable)]

    @property
    def nullable(self) -> bool:
        """Whether the column admits NULL: computed columns are filled after the row exists, foreign ones by other addons."""
        return not self.required or self.from_extension or self.computed

    def checks(self) -> list[tuple[str, Callable[[Any], sa.ColumnElement[bool]]]]:
        """Return database checks as pairs (suffix of the name, function of the column)."""
        return []

    def default_value(self, env: Environment) -> Any:
        """Return the default for a new record, not yet converted; None if there is none."""
        value = self.default
        if callable(value):
            return value(env) if _takes_argument(value) else value()
        return copy.copy(value) if isinstance(value, (list, dict)) else value

    def convert(self, value: Any, env: Environment | None = None) -> Any:
        """Return ``value`` as the field keeps it; None means not set.

        Raises:
            ValidationError: Wrong type, too long, out of range, not a choice.
        """
        return value

    def is_empty(self, value: Any) -> bool:
        """Whether a required field with this value counts as missing."""
        return value is None or value == ""

    def to_json(self, value: Any) -> Any:
        """Return ``value`` in plain JSON types, as the API and the history show it."""
        return value

    def invalid(self, message: Any, *, code: str = "validation.value", hint: Any = None) -> ValidationError:
        """Build (not raise) the error for a wrong value of this field."""
        return ValidationError(message, code=code, hint=hint, where=self.where)

    def wrong_type(self, value: Any, expected: Any) -> ValidationError:
        """Build (not raise) the error for a value of a wrong type."""
        return self.invalid(
            _("%(label)s must be %(expected)s, not %(got)s.", label=self.label, expected=expected, got=_short(value)),
            code="validation.type",
        )


def _takes_argument(function: Callable[..., Any]) -> bool:
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    bound = 1 if hasattr(function, "__self__") else 0
    return bool(code.co_argcount > bound)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
