"""Expected failures on the terminal: what is wrong, where, and what to do; the only place that turns errors into exit codes. Layer: cli.

Exit codes: 0 done, 1 refused or failed for a reason that is told, 2 the command was called wrongly. What nobody expected keeps its
traceback, for whoever has to mend it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import click
from rich.console import Console
from rich.markup import escape
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from core.cli.language import Language
from core.errors import CoreError
from core.i18n import _
from core.orm.dberrors import is_concurrency

FAILED = 1
"""Exit code of a failure that is told; that of wrong usage is click's own, 2."""


class ToldError(click.ClickException):
    """A `CoreError`, ready to be shown."""

    exit_code = FAILED

    def __init__(self, error: CoreError, language: Language) -> None:
        super().__init__(str(error))
        self.error = error
        self.language = language

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the error as one block, to stderr unless told otherwise."""
        console = Console(file=file, stderr=file is None, highlight=False)
        for line in block(self.error, self.language):
            console.print(line, soft_wrap=True)


def told(error: Exception, language: Language) -> ToldError | None:
    """Return what to show for an expected failure, None for a surprise."""
    if isinstance(error, CoreError):
        return ToldError(error, language)
    if isinstance(error, (OperationalError, InterfaceError)):
        return ToldError(_database_error(error), language)
    return None


def _database_error(error: DBAPIError) -> CoreError:
    if is_concurrency(error.orig):
        return CoreError(_("The database is busy with another change; please try again."), code="database.busy")
    reason = str(error.orig).strip().splitlines()
    return CoreError(
        _("The database can't be used: %(reason)s", reason=reason[0] if reason else type(error.orig).__name__),
        code="database.unreachable",
        hint=_("look at database_url in the settings, and whether the server runs"),
    )


def block(error: CoreError, language: Language) -> Iterator[str]:
    """Yield the lines that tell an error: message, place and hint, then the same of each of its faults."""
    yield f"[bold red]{escape(language.text(_('Error:')))}[/] {escape(language.text(error.message))}"
    yield from _details(error, language, "  ")
    if len(error.faults) > 1:
        for fault in error.faults:
            yield f"  [red]•[/] {escape(language.text(fault.message))}"
            yield from _details(fault, language, "    ")


def _details(error: CoreError, language: Language, margin: str) -> Iterator[str]:
    place = str(error.where)
    if place:
        yield f"{margin}[dim]{escape(language.text(_('at:')))}[/] {escape(place)}"
    if error.hint:
        yield f"{margin}[dim]{escape(language.text(_('hint:')))}[/] {escape(language.text(error.hint))}"
