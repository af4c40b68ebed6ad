"""Progress bars for long work, on stderr so that the output of a command can be piped. Layer: cli."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from core.cli.language import Language


class TerminalProgress:
    """Shows one bar for each piece of work; nothing where stderr is no terminal (`core.data.lifecycle.Progress`)."""

    def __init__(self, console: Console, language: Language) -> None:
        self._language = language
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> TerminalProgress:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bars.stop()

    def start(self, total: int, label: Any) -> None:
        """Begin a piece of work of ``total`` steps."""
        self._task = self._bars.add_task(self._language.text(label), total=total)

    def advance(self, count: int = 1) -> None:
        """Say that steps of the present piece are done."""
        if self._task is not None:
            self._bars.advance(self._task, count)

    def done(self) -> None:
        """End the present piece."""
        if self._task is not None:
            task = next(each for each in self._bars.tasks if each.id == self._task)
            self._bars.update(self._task, completed=task.total)
        self._task = None
