"""What ran when I pressed Save (design 1.11): hooks, computed fields, constraints, rules and their SQL, in order and per addon. Layer: orm.

Off by default: then every point that could tell costs one comparison with None. `tracing` switches it on for the transactions of one
thread; the setting ``trace`` keeps a rolling summary per addon of all transactions. Values and parameters of statements are never kept.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy import event

if TYPE_CHECKING:
    from core.orm.database import Database
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo
    from core.plugins.manager import PluginManager

T = TypeVar("T")

CORE = "core"
"""Stands for the framework itself among the addons."""
MOST_ROWS = 20_000
"""Rows kept by one tracer; the shares count the rest too."""
SQL_LENGTH = 2_000
"""Characters of a statement that are kept."""
WINDOW_MINUTES = 60
"""What the rolling summary looks back on."""

Kind = Literal["hook", "compute", "constraint", "check", "action", "save", "rule", "access", "sql"]


@dataclass(slots=True)
class TraceRow:
    """One step of the chain."""

    kind: Kind
    name: str
    """Hook, method, rule, or the text of the statement without its values."""
    addon: str
    """Whose code ran: the addon with the topmost layer of the method; ``core`` for the framework."""
    model: str
    """Model it was about, empty if none."""
    depth: int
    """How many steps were open around it."""
    seconds: float = 0.0
    """Time from its beginning to its end."""
    own_seconds: float = 0.0
    """The same without the steps inside it."""
    statements: int = 0
    """SQL statements from its beginning to its end."""


@dataclass(slots=True)
class Share:
    """What one addon took."""

    addon: str
    seconds: float = 0.0
    """Time in its own steps, without those of others inside them."""
    statements: int = 0
    calls: int = 0
    """Steps other than statements."""
    part: float = 0.0
    """Its part of the whole time, from 0 to 1."""

    def add(self, other: Share) -> None:
        """Count another share in."""
        self.seconds += other.seconds
        self.statements += other.statements
        self.calls += other.calls


@dataclass(slots=True, eq=False)
class _Open:
    """A step that has not ended."""

    row: TraceRow
    start: float
    inside: float = 0.0
    """Seconds of the steps inside it."""


class Tracer:
    """Records the steps of one thread.

    Args:
        keep_rows: Whether to keep the chain; without, only the shares are counted.
    """

    def __init__(self, *, keep_rows: bool = True) -> None:
        self.rows: list[TraceRow] = []
        """The steps in the order in which they began."""
        self.dropped = 0
        """Steps beyond `MOST_ROWS`, counted in the shares only."""
        self.seconds = 0.0
        """Time from the beginning of the tracing to its end."""
        self._keep_rows = keep_rows
        self._shares: dict[str, Share] = {}
        self._begin = time.perf_counter()
        self._open = [_Open(TraceRow("save", "", CORE, "", 0), self._begin)]
        self._listening: list[sa.Connection] = []

    @property
    def statements(self) -> int:
        """How many SQL statements were executed."""
        return sum(share.statements for share in self._shares.values())

    def by_addon(self) -> list[Share]:
        """Return the share of each addon that took part, the longest first; what is nobody's is the framework's."""
        return _in_order(self._shares.values(), self.seconds)

    def close(self) -> None:
        """End the tracing: the time that no step took is the framework's."""
        if self.seconds:
            return
        self._end_statement()
        root = self._open[0]
        self.seconds = time.perf_counter() - self._begin
        self._share(CORE).seconds += max(0.0, self.seconds - root.inside)
        while self._listening:
            self._ignore(self._listening[-1])

    @contextmanager
    def step(self, kind: Kind, name: str, addon: str, model: str = "") -> Iterator[None]:
        """Record what happens in the block as one step."""
        opened = self._enter(kind, name, addon, model)
        try:
            yield
        finally:
            self._leave(opened)

    def call(self, kind: Kind, name: str, addon: str, model: str, function: Callable[..., T], *args: Any) -> T:
        """Call ``function(*args)`` as one step and return what it returns."""
        opened = self._enter(kind, name, addon, model)
        try:
            return function(*args)
        finally:
            self._leave(opened)

    def method(self, kind: Kind, record: Any, name: str) -> Any:
        """Call a method of a record as one step of the addon with its topmost layer."""
        info = record._info
        return self.call(kind, name, addon_of(info, name), info.name, getattr(record, name))

    def access(self, env: Environment, info: ModelInfo, operation: str, function: Callable[..., T], subject: Any) -> T:
        """Ask the access rules as one step."""
        return self.call("access", operation, CORE, info.name, function, env, info, operation, subject)

    def _enter(self, kind: Kind, name: str, addon: str, model: str) -> _Open:
        # Of a statement that failed nobody tells; nothing can happen inside one, so it has ended.
        self._end_statement()
        row = TraceRow(kind, name, addon, model, len(self._open) - 1)
        if self._keep_rows and len(self.rows) < MOST_ROWS:
            self.rows.append(row)
        else:
            self.dropped += 1
        opened = _Open(row, time.perf_counter())
        self._open.append(opened)
        return opened

    def _leave(self, opened: _Open) -> None:
        while opened in self._open:
            self._end(self._open.pop())

    def _end(self, opened: _Open) -> None:
        row, around = opened.row, self._open[-1]
        row.seconds = time.perf_counter() - opened.start
        row.own_seconds = max(0.0, row.seconds - opened.inside)
        around.inside += row.seconds
        around.row.statements += row.statements
        share = self._share(row.addon)
        share.seconds += row.own_seconds
        if row.kind == "sql":
            share.statements += 1
        else:
            share.calls += 1

    def _share(self, addon: str) -> Share:
        share = self._shares.get(addon)
        if share is None:
            share = self._shares[addon] = Share(addon)
        return share

    def listen(self, connection: sa.Connection) -> bool:
        """Record the statements of a connection, until `close` or `ignore`; return False if they are recorded already."""
        if connection in self._listening:
            return False
        event.listen(connection, "before_cursor_execute", self._before_statement)
        event.listen(connection, "after_cursor_execute", self._after_statement)
        self._listening.append(connection)
        return True

    def ignore(self, connection: sa.Connection) -> None:
        """Stop recording the statements of a connection."""
        if connection in self._listening:
            self._ignore(connection)

    def _ignore(self, connection: sa.Connection) -> None:
        self._listening.remove(connection)
        event.remove(connection, "before_cursor_execute", self._before_statement)
        event.remove(connection, "after_cursor_execute", self._after_statement)

    def _before_statement(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        text = " ".join(statement.split())
        short = text if len(text) <= SQL_LENGTH else f"{text[: SQL_LENGTH - 1]}…"
        self._enter("sql", short, self._open[-1].row.addon, "").row.statements = 1

    def _after_statement(self, *_arguments: Any) -> None:
        self._end_statement()

    def _end_statement(self) -> None:
        if self._open[-1].row.kind == "sql":
            self._leave(self._open[-1])


def addon_of(info: ModelInfo, method: str) -> str:
    """Return the addon with the topmost layer that defines a method of a model; ``core`` if none does."""
    for addon, layer in zip(reversed(info.addons), reversed(info.layers), strict=True):
        if method in layer.__dict__:
            return addon
    return CORE


def _in_order(shares: Any, seconds: float) -> list[Share]:
    found = [Share(each.addon, each.seconds, each.statements, each.calls) for each in shares]
    for each in found:
        each.part = each.seconds / seconds if seconds else 0.0
    return sorted(found, key=lambda share: (-share.seconds, share.addon))


class Summary:
    """What each addon took in the last hour, over all transactions of one database in this process; by the minute.

    Args:
        clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._minutes: dict[int, dict[str, Share]] = {}
        self._counts: dict[int, int] = {}
        self._lock = threading.Lock()

    def add(self, tracer: Tracer) -> None:
        """Count one transaction in."""
        minute = int(self._clock() // 60)
        with self._lock:
            for old in [each for each in self._minutes if each <= minute - WINDOW_MINUTES]:
                del self._minutes[old], self._counts[old]
            shares = self._minutes.setdefault(minute, {})
            self._counts[minute] = self._counts.get(minute, 0) + 1
            for share in tracer.by_addon():
                shares.setdefault(share.addon, Share(share.addon)).add(share)

    @property
    def transactions(self) -> int:
        """How many transactions the summary covers."""
        with self._lock:
            return sum(count for minute, count in self._counts.items() if self._is_recent(minute))

    def by_addon(self) -> list[Share]:
        """Return the share of each addon, the longest first."""
        totals: dict[str, Share] = {}
        with self._lock:
            for minute, shares in self._minutes.items():
                for share in shares.values() if self._is_recent(minute) else ():
                    totals.setdefault(share.addon, Share(share.addon)).add(share)
        return _in_order(totals.values(), sum(share.seconds for share in totals.values()))

    def _is_recent(self, minute: int) -> bool:
        return minute > int(self._clock() // 60) - WINDOW_MINUTES


@dataclass
class TraceControl:
    """Decides which transactions of one database are traced; belongs to the `Database`.

    Args:
        summary: The rolling summary; None unless the setting ``trace`` is on.
    """

    summary: Summary | None = None
    _asked: dict[int, Tracer] = field(default_factory=dict)
    """Thread → the tracer of its `tracing` block."""
    _running: dict[int, list[Tracer]] = field(default_factory=dict)
    """Thread → the tracers of its open transactions, the innermost last."""
    _managers: list[PluginManager] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, env: Environment) -> Tracer | None:
        """Trace a transaction that begins, if anybody wants to know; called by the database."""
        if self.summary is None and not self._asked:
            return None
        tracer = self._asked.get(threading.get_ident())
        if tracer is None:
            if self.summary is None:
                return None
            tracer = Tracer(keep_rows=False)
        self.attach(env, tracer)
        return tracer

    def end(self, env: Environment, tracer: Tracer) -> None:
        """End what `begin` began."""
        self.detach(env, tracer)
        if self.summary is not None and self._asked.get(threading.get_ident()) is not tracer:
            tracer.close()
            self.summary.add(tracer)

    def attach(self, env: Environment, tracer: Tracer) -> None:
        """Record the steps of one transaction from now on."""
        for member in env.family:
            member.tracer = tracer
        tracer.listen(env.connection)
        hooks = env.registry.hooks
        with self._lock:
            self._running.setdefault(threading.get_ident(), []).append(tracer)
            if hooks is not None:
                hooks.on_call = self._hook_called
                if hooks not in self._managers:
                    self._managers.append(hooks)

    def detach(self, env: Environment, tracer: Tracer) -> None:
        """Record the steps of the transaction no longer."""
        for member in env.family:
            member.tracer = None
        tracer.ignore(env.connection)
        thread = threading.get_ident()
        with self._lock:
            mine = self._running.get(thread, [])
            if tracer in mine:
                mine.remove(tracer)
            if not mine:
                self._running.pop(thread, None)
            if not self._running:
                for manager in self._managers:
                    manager.on_call = None
                self._managers.clear()

    def ask(self, tracer: Tracer) -> Tracer | None:
        """Trace the transactions that this thread begins; return the tracer that did so before."""
        with self._lock:
            before = self._asked.get(threading.get_ident())
            self._asked[threading.get_ident()] = tracer
        return before

    def leave(self, before: Tracer | None) -> None:
        """Undo `ask`."""
        with self._lock:
            if before is None:
                self._asked.pop(threading.get_ident(), None)
            else:
                self._asked[threading.get_ident()] = before

    def _hook_called(self, hook: str, addon: str) -> AbstractContextManager[None]:
        """Return the step around one implementation of a hook; nothing in threads that are not traced."""
        mine = self._running.get(threading.get_ident())
        return mine[-1].step("hook", hook, addon.partition(".")[0]) if mine else nullcontext()


@contextmanager
def tracing(subject: Database | Environment) -> Iterator[Tracer]:
    """Trace what this thread does inside the block.

    Args:
        subject: A database: all transactions that begin inside the block; or an environment: its transaction, from here on.

    Yields:
        The tracer; its ``rows``, ``by_addon()``, ``seconds`` and ``statements`` are complete after the block.
    """
    tracer = Tracer()
    control = subject.traces if hasattr(subject, "traces") else subject.database.traces
    before = control.ask(tracer)
    env: Any = None if hasattr(subject, "traces") else subject
    earlier = None if env is None else env.tracer
    try:
        if env is not None:
            control.attach(env, tracer)
        yield tracer
    finally:
        if env is not None:
            control.detach(env, tracer)
            for member in env.family:
                member.tracer = earlier
        control.leave(before)
        tracer.close()
