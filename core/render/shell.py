"""What the frame round every page shows: navigation, breadcrumb, user (layer render). Plain data for ``templates/shell.html``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.render.values import initials_of, tint_of


@dataclass(frozen=True)
class NavItem:
    """One entry of the navigation."""

    id: str
    label: str
    icon: str | None = None
    url: str | None = None
    """Where it leads; None only unfolds what is below."""
    is_current: bool = False
    """Whether this is the page shown."""
    is_open: bool = False
    """Whether the page shown is this one or lies below it; only then its children are shown."""
    count: int | None = None
    """Number beside the label; None shows none."""
    children: tuple[NavItem, ...] = ()

    @property
    def is_foreign(self) -> bool:
        """Whether it leads to another site, which is opened beside this one."""
        return self.url is not None and not self.url.startswith("/")


@dataclass(frozen=True)
class Crumb:
    """One step of the breadcrumb."""

    label: str
    url: str | None = None


@dataclass(frozen=True)
class Person:
    """Who is logged in."""

    id: int
    name: str
    login: str

    @property
    def initials(self) -> str:
        """Two characters for the circle in the top bar."""
        return initials_of(self.name, 2)

    @property
    def tint(self) -> int:
        """Which of the six pale tints the circle has."""
        return tint_of(self.id)


@dataclass(frozen=True)
class Notice:
    """A short message on the page just loaded: what was done, or why not."""

    text: str
    kind: str = "done"
    """``done`` goes by itself, ``error`` stays until closed."""


@dataclass(frozen=True)
class Shell:
    """The frame of a page."""

    title: str
    """Title of the page, for the tab of the browser and the last part of the breadcrumb."""
    user: Person
    company: str
    csrf: str
    """Token that every change carries."""
    nav: tuple[NavItem, ...] = ()
    """The enabled apps, top to bottom."""
    foot: tuple[NavItem, ...] = ()
    """Apps and settings, at the bottom."""
    crumbs: tuple[Crumb, ...] = ()
    """Above the page, without the page itself."""
    theme: str = "auto"
    """``light``, ``dark`` or ``auto``: as the system of the reader has it."""
    density: str = "normal"
    """Height of table rows: ``compact``, ``normal`` or ``roomy``."""
    is_collapsed: bool = False
    """Whether the navigation shows icons only."""
    notice: Notice | None = None
    new: tuple[NavItem, ...] = ()
    """What the button "New" of the top bar offers."""
    help_url: str = "/help"
    """Help page of the addon that the page belongs to."""
    assets: Mapping[str, str] = field(default_factory=dict)
    """Scripts that only some pages need: name → address; the page's own scripts load them."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Texts of the page's scripts, in the reader's language."""
    has_shortcuts: bool = True
    """Whether single letters are keyboard shortcuts for this reader."""
