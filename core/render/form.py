"""Forms as templates draw them (layer render). Plain data: parts inside parts, as the view has them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.render.extras import Link, Notice
from core.render.table import Table
from core.render.values import Shown


@dataclass(frozen=True)
class Option:
    """One choice of a selection."""

    key: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Lines:
    """An inline table that can be edited: rows of inputs."""

    table: Table
    """What is shown while reading."""
    rows: tuple[LineRow, ...] = ()
    blank: LineRow | None = None
    """A row as a new line begins; None: no line can be added."""
    can_delete: bool = True
    order_by: str = ""
    """Field of the lines that holds their order, which the user may change; empty: they have none."""
    shown: str = ""
    """Ids of the lines that may be taken away in this form, with commas: what it does not show stays."""


@dataclass(frozen=True)
class LineRow:
    """One line of an inline table while it is edited."""

    prefix: str
    """What the names of its inputs begin with, such as ``lines.0``; ``lines.{n}`` in the blank one."""
    id: int | None
    fields: tuple[FieldPart, ...]
    error: str | None = None
    place: str = ""
    """Value of the field that holds the order, where it has no column of its own."""


@dataclass(frozen=True)
class Conditions:
    """What the input of a field with conditions shows besides its text."""

    model: str
    """Model of the records they choose; empty: not known yet, or one that the user may not read."""
    model_input: str
    """Name of the input in which the model stands; empty: it is in none."""
    words: str
    """The conditions in words; empty for none."""


@dataclass(frozen=True)
class FieldPart:
    """A field with its value, for reading and for editing."""

    name: str
    """Path of the field."""
    label: str
    kind: str
    widget: str
    """Name of the widget that draws it."""
    shown: Shown
    """The value for reading."""
    value: str = ""
    """The value as an input holds it: what was typed, after a refusal."""
    input: str = ""
    """Name of the input; empty: can't be edited here."""
    is_required: bool = False
    is_readonly: bool = False
    is_relation: bool = False
    has_input: bool = False
    """While reading: whether the form for changing has an input for it."""
    help: str | None = None
    placeholder: str | None = None
    error: str | None = None
    """What is wrong with the value typed."""
    span: int = 1
    options: tuple[Option, ...] = ()
    """Choices of a selection; of a to-many field the chosen ones."""
    choices_url: str | None = None
    """Where a selection box searches."""
    align: str = "start"
    size: int | None = None
    """Most characters of a text; None: no limit."""
    lines: Lines | None = None
    """Of a One2many."""
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """Free settings of the widget."""
    conditions: Conditions | None = None
    """Of a field that holds conditions and has an input."""

    @property
    def is_editable(self) -> bool:
        """Whether there is an input for it."""
        return bool(self.input) and not self.is_readonly

    @property
    def element(self) -> str:
        """Id of the input in the page."""
        return f"field-{self.input or self.name}".replace(".", "-")


@dataclass(frozen=True)
class Button:
    """A button: an action or transition of the record, or a link."""

    name: str
    label: str
    url: str
    is_post: bool = True
    style: str = "default"
    """``primary``, ``default``, ``ghost`` or ``danger``."""
    icon: str | None = None
    confirm: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class StatusStep:
    """One state of the line of steps."""

    key: str
    label: str
    is_current: bool = False
    is_done: bool = False


COUNTED = 10_000
"""Related records that are counted; what is more takes no longer (decision 0020)."""


@dataclass(frozen=True)
class Part:
    """One part of a form."""

    kind: str
    """``section group notebook page field button status related html block figure``."""
    name: str
    label: str = ""
    help: str | None = None
    children: tuple[Part, ...] = ()
    is_visible: bool = True
    """False: there, but hidden until a condition changes while typing."""
    field: FieldPart | None = None
    button: Button | None = None
    steps: tuple[StatusStep, ...] = ()
    table: Table | None = None
    """Of related records."""
    url: str | None = None
    """Where "show all" of related records leads."""
    new_url: str | None = None
    content: str = ""
    """HTML of a fixed text, sanitised."""
    columns: int | None = None
    is_folded: bool = False
    count: int | None = None
    """Records in a table; one more than `COUNTED` where there may be any number."""
    icon: str | None = None
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def counted(self) -> str:
        """The count as it is shown: ``12``, ``10,000+``."""
        count = self.count or 0
        return f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"


@dataclass(frozen=True)
class Neighbours:
    """Where a record stands in the list it was opened from, and what is beside it."""

    place: str
    """Such as ``3 / 86``."""
    previous_url: str | None
    """None: it is the first."""
    next_url: str | None
    """None: it is the last."""


@dataclass(frozen=True)
class FormPage:
    """A whole form."""

    model: str
    id: int | None
    """None for a record not saved yet."""
    name: str
    """Heading."""
    is_editing: bool
    action: str
    """Where the form is sent."""
    header: tuple[Part, ...] = ()
    subtitle: tuple[FieldPart, ...] = ()
    figures: tuple[FieldPart, ...] = ()
    body: tuple[Part, ...] = ()
    side: tuple[Part, ...] = ()
    buttons: tuple[Button, ...] = ()
    """Actions possible now, the most important first."""
    save_buttons: tuple[tuple[str, str], ...] = ()
    """While editing: pairs (action, label) of what saving can go on with at once."""
    more_buttons: tuple[Button, ...] = ()
    """Actions behind the menu."""
    edit_url: str | None = None
    delete_url: str | None = None
    cancel_url: str | None = None
    copy_url: str | None = None
    why_url: str | None = None
    """Where administrators see who can see the record, and why; None for others."""
    preview_url: str | None = None
    """Where computed fields are asked for while typing."""
    version: int | None = None
    errors: tuple[tuple[str, str], ...] = ()
    """Faults of the last try: pairs (id of the input or empty, text)."""
    conflict: Mapping[str, Any] | None = None
    """Who saved meanwhile, when, and which fields; None: nobody."""
    side_url: str | None = None
    """Where history and files are fetched from; None shows none."""
    neighbours: Neighbours | None = None
    """None: it was not opened from a list."""
    is_active: bool = True
    may_print: bool = False
    links: tuple[Link, ...] = ()
    """What addons offer in the menu."""
    notices: tuple[Notice, ...] = ()
    """What addons say at its head."""
