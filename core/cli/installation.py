"""What every command works on: one installation, one of its databases, and the terminal. Layer: cli."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from sqlalchemy.engine import make_url

from core.app import Application
from core.cli.language import Language
from core.cli.progress import TerminalProgress
from core.data.lifecycle import Lifecycle
from core.errors import ConfigError, CoreError
from core.i18n import _
from core.orm import bookkeeping
from core.orm.database import Database
from core.orm.engine import READONLY
from core.orm.environment import Environment

PLAIN_WIDTH = 200
"""Columns of a table that goes to a file or another program, where nothing says how wide the paper is."""


class _UndoneError(Exception):
    """Ends a transaction without committing it."""


class Installation:
    """One installation as a command sees it; nothing is read before it is asked for.

    Args:
        config: Settings file; None as for `Application.from_config`.
        database: Name of the database; None means the default one.
    """

    def __init__(self, config: Path | None = None, database: str | None = None) -> None:
        self.config = config
        self.database_name = database
        self.language = Language()

    @cached_property
    def application(self) -> Application:
        """The application; reads the settings.

        Raises:
            ConfigError: The settings are wrong.
        """
        return Application.from_config(self.config)

    @property
    def database(self) -> Database:
        """The database chosen.

        Raises:
            ConfigError: There is none of this name.
        """
        return self.application.database(self.database_name)

    @cached_property
    def out(self) -> Console:
        """Where results go."""
        return _console(stderr=False)

    @cached_property
    def messages(self) -> Console:
        """Where everything goes that is not the result."""
        return _console(stderr=True, kind=_Messages)

    def say(self, message: Any) -> None:
        """Tell the person something that is not the result."""
        self.messages.print(self.language.text(message), soft_wrap=True, markup=False)

    def is_installed(self) -> bool:
        """Whether `init` has been here."""
        if not self.file_is_there():
            return False
        with self.database.engine.connect().execution_options(**{READONLY: True}) as connection:
            return bookkeeping.exists(connection)

    def file_is_there(self) -> bool:
        """Whether the file of a SQLite database exists, so that looking does not make one; True for PostgreSQL."""
        url = make_url(self.database.url)
        return url.get_backend_name() != "sqlite" or (bool(url.database) and Path(str(url.database)).is_file())

    def require(self) -> None:
        """Refuse to go on without an installed database.

        Raises:
            ConfigError: Nothing is installed there.
        """
        if not self.is_installed():
            raise ConfigError(
                _('The database "%(name)s" is empty.', name=self.database.name),
                code="cli.not_installed",
                hint=_('run "tangram init" first'),
            )

    @contextmanager
    def env(self, user: Any = None, *, readonly: bool = False, keep: bool = True) -> Iterator[Environment]:
        """Open a transaction on the installed database; as the system where no user is given.

        Args:
            user: Login or id.
            readonly: Promises to write nothing.
            keep: Commit at the end of the block; False undoes everything after all checks were made.

        Raises:
            ConfigError: Nothing is installed there.
            MissingRecord: There is no such user.
        """
        self.require()
        try:
            with self.application.env(user, self.database_name, readonly=readonly) as env:
                yield env
                if not keep:
                    env.flush()
                    raise _UndoneError
        except _UndoneError:
            return

    @contextmanager
    def lifecycle(self) -> Iterator[Lifecycle]:
        """Give what changes addons, with a progress bar for long work."""
        with TerminalProgress(self.messages, self.language) as progress:
            yield self.application.lifecycle(self.database_name, progress=progress)

    def close(self) -> None:
        """Close what was opened."""
        if "application" in self.__dict__:
            self.application.close()


class _Messages(Console):
    """Whether somebody still reads the messages decides nothing about the work, so a closed pipe is no failure."""

    def on_broken_pipe(self) -> None:
        """Say nothing more."""
        self.quiet = True


def _console(*, stderr: bool, kind: type[Console] = Console) -> Console:
    console = kind(stderr=stderr, highlight=False, emoji=False)
    return console if console.is_terminal else kind(stderr=stderr, highlight=False, emoji=False, width=PLAIN_WIDTH)


pass_installation = click.make_pass_decorator(Installation)
"""Gives a command the `Installation` as its first argument."""


def confirm(installation: Installation, question: Any, *, yes: bool, unattended: bool = False) -> None:
    """Ask before something that can't be undone at once.

    Args:
        installation: Whose language the question is put in.
        question: A text, translatable.
        yes: The answer is yes already.
        unattended: Whether to go on where nobody can answer: a script with no terminal and nothing to read.

    Raises:
        CoreError: The answer is no, or nobody is there to answer.
    """
    text = installation.language.text(question)
    if yes:
        return
    if unattended and not sys.stdin.isatty():
        answer = sys.stdin.readline()
        if not answer or answer.strip().lower() in ("y", "yes"):
            return
    elif click.confirm(text, default=False, err=True):
        return
    raise CoreError(_("Nothing has been changed."), code="cli.declined", hint=_("--yes answers the question"))
