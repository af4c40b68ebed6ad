"""What a check says, and what it may look at. Layer: cli."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa

from core.app import Application
from core.config import Settings
from core.data.assemble import Assembly
from core.errors import CoreError
from core.orm.bookkeeping import AddonState
from core.orm.database import Database
from core.orm.registry import Registry

Level = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong."""

    id: str
    """Stable, such as ``schema.differs``; the reference tells of each."""
    level: Level
    """An error keeps something from working; a warning does not, or not yet."""
    message: Any
    hint: Any = None
    """How to mend it."""
    place: str = ""


def from_error(name: str, error: CoreError, *, level: Level = "error", hint: Any = None) -> Finding:
    """Return the finding that tells an error."""
    return Finding(name, level, error.message, error.hint or hint, str(error.where))


@dataclass
class Examination:
    """An installation under examination; what a check needs has been found to be there by an earlier one."""

    app: Application
    database: Database
    connection: sa.Connection
    assembly: Assembly
    states: dict[str, AddonState] = field(default_factory=dict)
    tables: list[str] = field(default_factory=list)
    """Tables that hold rows of ours."""

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self.app.settings

    @property
    def registry(self) -> Registry:
        """The registry in force."""
        return self.assembly.registry

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is SQLite."""
        return self.connection.dialect.name == "sqlite"
