"""One change of addons, or removal of demo data, at a time, done by a thread, with its progress where every process sees it (layer base; design 1.12).

The lifecycle keeps two changes apart by its own lock and makes each whole or not at all; what stands here only starts it and tells how far
it is. Decision 0023.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.access import write_audit
from core.errors import AddonError, ConflictError, CoreError
from core.i18n import _

if TYPE_CHECKING:
    from core.data.lifecycle import Lifecycle
    from core.orm.environment import Environment
    from core.web.host import WebHost

WAIT_S = 3.0
"""Seconds a request waits for a change before it shows the progress instead."""
SILENT_S = 900.0
"""After so long without news a change of another machine counts as cut off."""
ACTIONS = ("enable", "disable", "upgrade", "remove", "restore")
DEMO = "remove_demo"
"""The further action that removes the demo data."""
Text = Callable[[Any], str]


def progress_key(database: str) -> str:
    """Return the key of the note that holds the present or last change of a database."""
    return f"addons:{database}"


def last_change(host: WebHost, database: str) -> dict[str, Any] | None:
    """Return the present or last change; None if there was none.

    Returns:
        ``action names state label done total at user error hint archive lost``; ``state`` is ``running``, ``done``, ``failed`` or
        ``cut_off`` (its process ended: nothing has changed).
    """
    note: dict[str, Any] | None = host.read_note(progress_key(database))
    if note is not None and note["state"] == "running" and not _is_alive(note):
        return {**note, "state": "cut_off"}
    return note


def is_running(host: WebHost, database: str) -> bool:
    """Tell whether addons are being changed now."""
    note = last_change(host, database)
    return note is not None and note["state"] == "running"


class Reporter:
    """Writes progress to the note (`core.data.lifecycle.Progress`), at most a few times a second.

    Args:
        host: Keeps the note.
        database: Whose addons change.
        note: What the note begins with.
        text: Renders labels in the language of whoever started the change.
    """

    def __init__(self, host: WebHost, database: str, note: Mapping[str, Any], text: Text) -> None:
        self._host = host
        self._key = progress_key(database)
        self._text = text
        self._written = 0.0
        self.note: dict[str, Any] = {
            "state": "running",
            "label": "",
            "done": 0,
            "total": 0,
            "error": None,
            "hint": None,
            "archive": None,
            "lost": [],
            "pid": os.getpid(),
            "machine": socket.gethostname(),
            **note,
        }

    def start(self, total: int, label: Any) -> None:
        """Begin a piece of work."""
        self.note.update(total=total, done=0, label=self._text(label))
        self.write()

    def advance(self, count: int = 1) -> None:
        """Say that steps are done."""
        self.note["done"] += count
        if time.monotonic() - self._written > 0.3:
            self.write()

    def done(self) -> None:
        """End the piece of work."""
        self.note["done"] = self.note["total"]

    def write(self, **values: Any) -> None:
        """Write the note with some values changed."""
        self.note.update(values, at=time.time())
        self._written = time.monotonic()
        self._host.write_note(self._key, self.note)


def start_change(
    host: WebHost,
    database: str,
    action: str,
    names: Sequence[str],
    uid: int,
    text: Text,
    *,
    archive: Path | None = None,
) -> bool:
    """Let a thread change addons; call it outside any transaction.

    Args:
        host: The application.
        database: Whose addons change.
        action: One of `ACTIONS` or `DEMO`; disabling and removing take along what needs the addons.
        names: The addons; for ``restore`` and `DEMO` what they are called in the notes only.
        uid: Who wants it, for the audit log.
        text: Renders labels and errors.
        archive: For ``restore``: the export.

    Returns:
        Whether it has ended already; `last_change` tells how.

    Raises:
        ConflictError: Another change is running.
    """
    if is_running(host, database):
        raise ConflictError(_("Another change of apps is running."), code="conflict.addons_change")
    reporter = Reporter(host, database, {"action": action, "names": list(names), "user": uid}, text)
    reporter.write()

    def work() -> None:
        lifecycle = host.lifecycle(database, progress=reporter)
        try:
            export, lost = _change(lifecycle, action, names, archive)
        except CoreError as error:
            faults = error.faults or (error,)
            told = " ".join(text(fault.message) for fault in faults)
            hint = next((text(fault.hint) for fault in faults if fault.hint), None)
            reporter.write(state="failed", error=told, hint=hint)
        except BaseException:
            reporter.write(state="failed", error=text(_("This failed for a reason of ours; the log has it.")))
            raise
        else:
            detail = {"action": action, "names": list(names), "export": export.name if export else None}
            host.database(database).run(uid, lambda env: _note(env, action, names, detail))
            reporter.write(state="done", archive=export.name if export else None, lost=lost)

    return host.in_background(work, WAIT_S)


def _change(
    lifecycle: Lifecycle, action: str, names: Sequence[str], archive: Path | None
) -> tuple[Path | None, list[str]]:
    """Make the change; return the export it wrote, and what it could not bring back."""
    if action == "remove":
        return lifecycle.remove(names, cascade=True), []
    if action == "restore":
        return None, [str(line) for line in lifecycle.restore(_given(archive))]
    if action == "enable":
        lifecycle.enable(names)
    elif action == "disable":
        lifecycle.disable(names, cascade=True)
    elif action == "upgrade":
        lifecycle.upgrade(names)
    else:
        lifecycle.remove_demo()
    return None, []


def _note(env: Environment, action: str, names: Sequence[str], detail: Mapping[str, Any]) -> None:
    write_audit(env, "addons", f"{action}: {', '.join(names)}", detail=detail)


def _given(archive: Path | None) -> Path:
    if archive is None:
        raise AddonError(_("Choose the export to restore."), code="addon.no_export")
    return archive


def _is_alive(note: Mapping[str, Any]) -> bool:
    """Tell whether the process of a running change is still there; of another machine only its silence tells."""
    if note["machine"] != socket.gethostname():
        return bool(time.time() - note["at"] < SILENT_S)
    if note["pid"] == os.getpid():
        return True
    try:
        os.kill(note["pid"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
