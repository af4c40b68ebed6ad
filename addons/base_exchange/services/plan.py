"""`Plan`: how a file becomes records: which column is which field, and what happens to what is there, missing or wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, get_args

from core.api import ValidationError, _

Existing = Literal["overwrite", "fill", "skip"]
"""What happens to a record that is found by its key: the file's values win, only empty fields are filled, or nothing."""
Empty = Literal["keep", "clear"]
Errors = Literal["stop", "skip"]
Duplicates = Literal["import", "skip"]
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "existing": get_args(Existing),
    "empty": get_args(Empty),
    "errors": get_args(Errors),
    "duplicates": get_args(Duplicates),
    "date_order": ("auto", "dmy", "mdy"),
}


@dataclass
class Column:
    """One column of the file."""

    header: str
    target: str | None = None
    """Field, or ``field.by`` where ``by`` is the field of the other record by which it is found; None: not imported."""
    create: bool = False
    """Whether a record of the other model that is not there is made."""
    replace: dict[str, str] = field(default_factory=dict)
    """Text of the file → text that is read instead; what was accepted of proposals."""
    remove: list[str] = field(default_factory=list)
    """Texts that are taken out of a cell before it is read, such as junk that another program left."""
    tidy: bool = False
    """Whether spaces around a text go, and several within become one."""
    blank: str | None = None
    """What an empty cell means."""
    leave_out: list[str] = field(default_factory=list)
    """Texts, as read, whose rows are left out; an empty text stands for an empty cell."""
    source: int | None = None
    """Place of the column of the file that is read here too; None: the column's own place."""
    joined: list[int] = field(default_factory=list)
    """Places of more columns of the file, whose texts follow that of the first."""
    between: str = " "
    """What stands between texts of several columns."""
    by: list[str] = field(default_factory=list)
    """Paths by which a record is found that only several columns together name, one for each column; empty: by what it is called."""
    constant: str | None = None
    """The same text for all rows; the file has no such column."""
    is_name: bool = False
    """Whether the heading is the technical name of the field, as in an export: then numbers are ids of records."""


@dataclass
class Plan:
    """Everything an import needs to know beside the file."""

    model: str
    columns: list[Column] = field(default_factory=list)
    """One for each column of the file, in its order."""
    key: list[str] = field(default_factory=list)
    """Fields by which existing records are found; empty: all rows are new. ``id`` is one of them."""
    existing: Existing = "overwrite"
    insert: bool = True
    """Whether records that are not found by their key are made."""
    empty: Empty = "keep"
    """What an empty cell does to the field of an existing record."""
    errors: Errors = "stop"
    """Whether one wrong row stops everything, or is left out."""
    duplicates: Duplicates = "import"
    """What happens to new rows that a rule which only reminds finds to be like others."""
    date_order: str = "auto"
    nothing: list[str] = field(default_factory=list)
    """Texts that mean an empty cell, such as ``NULL``."""
    history: list[str] = field(default_factory=list)
    """Fields that otherwise the system alone sets, such as the day a deal was closed; obeyed only where the system imports."""
    header_row: int = 1
    """Number of the row with the headings, counted from 1; 0: there is none."""
    encoding: str | None = None
    delimiter: str | None = None
    sheet: int = 0

    @property
    def width(self) -> int:
        """Columns that the file itself has; what a mapping adds to them stands behind."""
        return sum(column.source is None and column.constant is None for column in self.columns)

    def to_json(self) -> dict[str, Any]:
        """Return the plan as plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """Return the plan that `to_json` wrote."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in data.items() if name in known}
        return cls(**{**values, "columns": [Column(**column) for column in values.get("columns", ())]})

    def check(self, offered: Mapping[str, Any]) -> None:
        """Make sure that the plan can be followed.

        Args:
            offered: Targets that the user may give, by name.

        Raises:
            ValidationError: A field comes twice, a key is not among the columns, or a choice is unknown.
        """
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise _refused(_('"%(value)s" is no choice for %(name)s.', value=getattr(self, name), name=name))
        targets = [column.target for column in self.columns if column.target]
        names = [name.partition(".")[0] for name in targets]
        if not names:
            raise _refused(_("No column is imported: choose a field for at least one."))
        for name in names:
            if name not in offered:
                raise _refused(_('"%(name)s" can\'t be imported.', name=name))
            if names.count(name) > 1:
                raise _refused(_('Two columns are to become "%(label)s".', label=offered[name].label))
        if not set(self.key) <= set(names):
            raise _refused(_("The key is not among the columns that are imported."))
        missing = [target.label for target in offered.values() if target.required and target.name not in names]
        if missing and not self.key:
            raise _refused(_("New records need a value for %(labels)s: choose its column.", labels=missing))
        if "id" in names and "id" not in self.key:
            raise _refused(_("The number of a record can only be a key; leave the column out, or make it the key."))


def _refused(message: Any) -> ValidationError:
    return ValidationError(message, code="import.plan")
