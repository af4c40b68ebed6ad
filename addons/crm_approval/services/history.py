"""What happened to the approvals of a record, in order, in the words of who reads (APPR-09)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from addons.crm_approval.services.common import REQUEST, TASK
from core.api import Environment, _, system_of

SHOWN = frozenset({"approved", "refused", "returned", "passed", "skipped", "same"})


@dataclass(frozen=True)
class Entry:
    """One decision, or a level that needed none."""

    request: int
    level: int
    step: str
    state: str
    """Key of the state of the task."""
    words: str
    """The state in words."""
    approver: str
    """Whose decision it was; empty for a level skipped."""
    by: str
    """Who decided, where it was a substitute; else empty."""
    remark: str
    at: datetime | None
    """None while it waits."""


def history_of(record: Any, *, waiting: bool = False) -> Sequence[Entry]:
    """Return the decisions on a record in order, those of earlier submissions first; read past rights.

    Args:
        record: The record.
        waiting: Whether those still asked stand at the end.
    """
    return entries(record.env, record._info.name, record.id, waiting=waiting)


def entries(env: Environment, model: str, number: int, *, waiting: bool = False) -> list[Entry]:
    """Return the decisions on a record as `history_of` does."""
    system = system_of(env)
    ids = [row["id"] for row in system[REQUEST].read([["model", "=", model], ["record_id", "=", number]], ["id"])]
    return entries_of(env, ids, waiting=waiting) if ids else []


def entries_of(env: Environment, requests: Sequence[int], *, waiting: bool = False) -> list[Entry]:
    """Return the decisions on requests, by level and time; whose state says that they are not needed any more are left out."""
    states = [*SHOWN, "waiting"] if waiting else [*SHOWN]
    fields = ["request", "level", "step", "state", "approver.name", "decided_by.name", "remark", "decided_at"]
    domain = [["request", "in", list(requests)], ["state", "in", states]]
    rows = system_of(env)[TASK].read(domain, fields, order="request, level, decided_at, id")
    options: Any = env.registry[TASK].fields["state"]
    say = env.services.text
    return [
        Entry(
            row["request"],
            row["level"],
            str(say(_(row["step"] or ""), env.lang)),
            row["state"],
            str(say(_(options.options[row["state"]]), env.lang)),
            row["approver.name"] or "",
            row["decided_by.name"] if row["decided_by.name"] not in (None, row["approver.name"]) else "",
            row["remark"] or "",
            row["decided_at"],
        )
        for row in rows
    ]
