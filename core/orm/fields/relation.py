"""Relations: `Many2one`, `One2many`, `Many2many`. Layer: orm.

Values are given as records or ids; an id that does not exist answers exactly like one that the user may not see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa

from core.errors import AccessDenied, DefinitionError
from core.i18n import _
from core.orm.fields.base import Field

if TYPE_CHECKING:
    from core.orm.environment import Environment

ONDELETE = ("restrict", "cascade", "set null")


class Relation(Field[Any]):
    """What all relations share: the model at the other end."""

    is_relation = True
    comodel: str = ""
    """Name of the other model."""

    def __init__(self, comodel: str | None = None, label: str | None = None, **options: Any) -> None:
        if comodel is not None:
            options["comodel"] = comodel
        super().__init__(label, **options)

    def target(self, env: Environment, value: Any) -> Any:
        """Return the record of the other model meant by ``value`` (a record or an id).

        A record is taken as it is (business code may follow what the user can't see); an id is looked up with the user's rights.

        Raises:
            ValidationError: Wrong type, wrong model, no such record, or none the user may see.
        """
        info = getattr(value, "_info", None)
        if info is not None:
            if info.name != self.comodel:
                raise self.wrong_type(value, _('a record of "%(model)s"', model=self.comodel))
            return env.adopt(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong_type(value, _("a record or its id"))
        try:
            record = env[self.comodel].find(value)
        except AccessDenied:
            # Whoever may read nothing of the other model is not told which ids exist either.
            record = None
        if record is None:
            raise self.invalid(
                _("%(label)s: there is no record %(id)s.", label=self.label, id=value), code="validation.missing_record"
            )
        return record


class Many2one(Relation):
    """A reference to one record of another model; ``customer`` gives the relation, ``customer_id`` the column.

    Args:
        comodel: Name of the other model.
        ondelete: What happens to this record when the other is deleted: ``restrict`` refuses (default when required), ``set null``
            (default otherwise), ``cascade`` deletes this one too.
    """

    kind = "many2one"
    own_options: ClassVar[frozenset[str]] = frozenset({"comodel", "ondelete", "domain"})
    ondelete: str = ""
    domain: Any = None
    """Narrows what selection boxes offer; not enforced on save."""

    def _apply(self, options: dict[str, Any]) -> None:
        super()._apply(options)
        if not self.ondelete or "ondelete" not in options:
            self.ondelete = "restrict" if self.required else "set null"
        if self.ondelete not in ONDELETE:
            raise DefinitionError(
                _('ondelete can\'t be "%(value)s".', value=self.ondelete),
                hint=_("one of: %(all)s", all=", ".join(ONDELETE)),
            )

    @property
    def column(self) -> str | None:
        """Name of the column that holds the id."""
        return f"{self.name}_id" if self.is_stored else None

    def columns(self) -> list[sa.Column[Any]]:
        """Return the id column with its foreign key."""
        if self.column is None:
            return []
        key = sa.ForeignKey(f"{self.comodel.replace('.', '_')}.id", ondelete=self.ondelete.upper())
        return [
            sa.Column(self.column, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), key, nullable=self.nullable)
        ]

    def convert(self, value: Any, env: Environment | None = None) -> Any:
        """Return the record meant, or None."""
        if value is None or env is None:
            return value
        return self.target(env, value)

    def to_json(self, value: Any) -> Any:
        """Return the id, or None."""
        return getattr(value, "id", value)


class Lookup(Many2one):
    """A choice from a data dictionary that an administrator edits (CORE-56); given as record, id or key."""

    kind = "lookup"
    own_options: ClassVar[frozenset[str]] = Many2one.own_options | {"dictionary"}
    dictionary: str = ""
    """Code of the dictionary whose items may be chosen."""

    def __init__(self, dictionary: str | None = None, label: str | None = None, **options: Any) -> None:
        if dictionary is not None:
            options["dictionary"] = dictionary
        super().__init__("core.dictionary.item", label, ondelete=options.pop("ondelete", "restrict"), **options)

    def convert(self, value: Any, env: Environment | None = None) -> Any:
        """Return the dictionary's item, or None; an item of another dictionary is refused."""
        if isinstance(value, str) and env is not None:
            item = env.registry.services.dictionary_item(env, self.dictionary, value)
            if item is None:
                raise self.invalid(
                    _('%(label)s: "%(value)s" is not a choice.', label=self.label, value=value[:64]),
                    code="validation.selection",
                )
            return env.adopt(item)
        item = super().convert(value, env)
        if item is not None and env is not None and item.dictionary.code != self.dictionary:
            raise self.wrong_type(value, _('an item of the dictionary "%(code)s"', code=self.dictionary))
        return item


class ToMany(Relation):
    """What both to-many kinds share: a list of records."""

    to_many = True

    @property
    def column(self) -> str | None:
        """To-many fields have no column."""
        return None

    def columns(self) -> list[sa.Column[Any]]:
        """Return nothing: the rows are in another table."""
        return []

    def is_empty(self, value: Any) -> bool:
        """Whether there is no row."""
        return not value

    def to_json(self, value: Any) -> Any:
        """Return the ids."""
        return [getattr(item, "id", item) for item in value or ()]

    def convert(self, value: Any, env: Environment | None = None) -> Any:
        """Return a list of records; items may be records, ids and mappings (a mapping makes a new record, or with ``id`` changes one)."""
        if value is None:
            return []
        if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
            raise self.wrong_type(value, _("a list"))
        return list(value)


class One2many(ToMany):
    """The records of another model whose Many2one ``inverse`` points here; deleted with this record.

    Of several over the same Many2one the first declared takes lines; the others show what is saved, and neither take lines nor follow changes
    before the next flush.
    """

    kind = "one2many"
    own_options: ClassVar[frozenset[str]] = frozenset({"comodel", "inverse"})
    inverse: str = ""
    """Name of the Many2one of the other model that points here."""

    def __init__(
        self, comodel: str | None = None, inverse: str | None = None, label: str | None = None, **options: Any
    ) -> None:
        if inverse is not None:
            options["inverse"] = inverse
        super().__init__(comodel, label, **options)

    @property
    def copied(self) -> bool:
        """Lines go along only where the declaration says so."""
        return bool(self._copy)


class Many2many(ToMany):
    """Records of another model, linked through an association table.

    Args:
        comodel: Name of the other model.
        table: Name of the association table; None makes one from both models and the field.
        inverse: Name of a Many2many on the other model that shows the same links from its side; None takes the only one that leads back
            here, if one of the two came with its model or both are of one addon, and else none.
    """

    kind = "many2many"
    own_options: ClassVar[frozenset[str]] = frozenset({"comodel", "table", "inverse"})
    table: str | None = None
    inverse: str | None = None
    mirrors: bool = False
    """Whether the links are in the table of the other side; set when bound to a registry."""
    relation_table: sa.Table
    """The association table; set when bound to a registry."""
    relation_columns: tuple[str, str]
    """Names of its columns for this side and the other."""
