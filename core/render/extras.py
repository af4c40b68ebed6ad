"""What addons add to the core's pages by hooks: links, tabs beside a record, formats of tables (layer render). Plain data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Link:
    """A way from a page of the core to one of an addon."""

    label: Any
    """A text, or a message to be translated."""
    url: str
    """An address of this site, such as ``/x/base_exchange/import/crm.customer``."""
    icon: str | None = None
    """Name of a Tabler icon."""
    post: bool = False
    """Whether following it changes something: then it is a button that posts, with the token of the page."""
    sequence: int = 50
    """Lower ones stand first."""
    new_tab: bool = False
    """Whether it opens in a tab of its own: for an address that answers with a file to be looked at, such as a PDF. Only in the menu of a record,
    and not with ``post``."""


@dataclass(frozen=True)
class Notice:
    """What stands at the head of the page of a record: a sentence, with buttons for what can be done about it."""

    text: Any
    """A text, or a message to be translated."""
    tone: Literal["info", "success", "warning", "danger"] = "info"
    icon: str = "info-circle"
    """Name of a Tabler icon."""
    links: Sequence[Link] = ()
    """Those with ``post`` are buttons, the first one the main one."""
    input: str | None = None
    """Name of a line of text that is sent with the buttons, such as ``remark``; None: there is none."""
    input_label: Any = ""
    sequence: int = 50


@dataclass(frozen=True)
class Tab:
    """A tab beside a record, whose content is fetched when it is opened."""

    name: str
    """Unique on the page; letters, digits and hyphens."""
    label: Any
    url: str
    """Answers with a part of a page."""
    count: int | None = None
    """Number beside the label; None or 0 shows none."""
    sequence: int = 50
    """Below 0: before the history."""


@dataclass(frozen=True)
class PlacedPanel:
    """A panel of somebody's workbench that no file declares, such as a report they pinned."""

    id: str
    """Unique and lasting: the arrangement of the workbench refers to it. Begins with the name of the addon and a dot."""
    label: Any
    url: str
    """Answers with a part of a page."""
    width: int = 6
    """Twelfths of the page, until the user chooses another width."""
    sequence: int = 50


@dataclass(frozen=True)
class SheetColumn:
    """A column of a table that leaves the system."""

    label: str
    kind: str
    """Kind of the field, such as ``money``, ``date``, ``char``."""
    scale: int | None = None
    """Decimal places of a number; None: as the value has."""


@dataclass(frozen=True)
class Sheet:
    """A table that leaves the system, in the words and the time zone of who asked."""

    title: str
    columns: Sequence[SheetColumn]
    rows: Any
    """Iterable of rows, each as long as `columns`: None, str, bool, int, float, Decimal, date, or local datetime without a zone."""


@dataclass(frozen=True)
class TableFormat:
    """A kind of file in which tables can leave the system."""

    name: str
    """Unique, such as ``xlsx``; also the end of the file's name."""
    label: Any
    mimetype: str
    write: Callable[[Sheet], bytes]
    """Must guard against formulas: what begins like one in a text is a text."""


def in_order(groups: Sequence[Sequence[Any] | None]) -> list[Any]:
    """Return what the implementations of a hook gave as one list, by sequence.

    >>> [link.label for link in in_order([[Link("b", "/b")], None, [Link("a", "/a", sequence=10)]])]
    ['a', 'b']
    """
    return sorted((each for group in groups for each in group or ()), key=lambda each: each.sequence)
