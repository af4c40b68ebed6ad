"""The deliveries of one event call, one after the other: what is sent, what came of it, when to try again (CORE-81)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.base.services import event_calls, event_sending
from core.base.services.administrators import active_administrators
from core.base.services.notifications import notify
from core.i18n import _
from core.web.api.reading import fields_of, read_rows
from core.web.jsondata import dump_json

if TYPE_CHECKING:
    from core.orm.environment import Environment

WAITS_S = (300, 1800, 7200, 21600, 43200)
"""Seconds before the second, third … attempt; a delivery that fails after the last of these is given up."""
MOST_FAILURES = 20
"""Failed attempts in a row after which a call is paused."""
LEASE_S = 120
"""Seconds after which a delivery is sent again if whoever was sending it has not said what came of it."""
KEPT_DAYS = 30


@dataclass(frozen=True)
class Parcel:
    """A call ready to be made."""

    delivery: int
    call: int
    address: str
    body: bytes
    headers: dict[str, str]
    allow_private: bool

    def send(self) -> event_sending.Answer:
        """Make the call."""
        return event_sending.post(self.address, self.body, self.headers, allow_private=self.allow_private)


def next_parcel(env: Environment, call_id: int) -> Parcel | None:
    """Return the first delivery of a call that is due; None if nothing is, or the call is paused.

    Side effects: deliveries of records that the call's user may not see are marked as such.

    Args:
        env: The system.
        call_id: Id of the call.
    """
    calls, table = env.registry[event_calls.CALL].table, env.registry[event_calls.DELIVERY].table
    call = env.connection.execute(sa.select(calls).where(calls.c.id == call_id, calls.c.active)).one_or_none()
    if call is None:
        return None
    due = sa.select(table).where(table.c.call_id == call_id, table.c.state == "waiting", table.c.due_at <= env.now())
    while True:
        row = env.connection.execute(due.order_by(table.c.id).limit(1)).one_or_none()
        if row is None:
            return None
        if not _claim(env, row):
            continue
        told = _content(env, call, row)
        if told is not None:
            return _parcel(env, call, row, told)
        env.connection.execute(sa.update(table).where(table.c.id == row.id).values(state="skipped", sent_at=env.now()))


def _claim(env: Environment, row: Any) -> bool:
    """Keep a delivery from other workers while it is being sent; whether it was still free."""
    table = env.registry[event_calls.DELIVERY].table
    free = sa.and_(table.c.id == row.id, table.c.state == "waiting", table.c.due_at == row.due_at)
    until = env.now() + dt.timedelta(seconds=LEASE_S)
    return env.connection.execute(sa.update(table).where(free).values(due_at=until)).rowcount == 1


def _content(env: Environment, call: Any, row: Any) -> dict[str, Any] | None:
    """Return the record as the call's user may read it; None if he may not."""
    if row.event in ("test", event_calls.DELETED):
        return {}
    people = env.registry["core.user"].table
    is_active = env.connection.scalar(sa.select(people.c.active).where(people.c.id == call.user_id))
    if not is_active or call.model not in env.registry or not event_calls.seen_by(env, call, [row.record_id]):
        return None
    reader = env.as_user(call.user_id)
    info = env.registry[call.model]
    return read_rows(reader, info, [["id", "=", row.record_id]], fields_of(reader, info, whole=True))[0]


def _parcel(env: Environment, call: Any, row: Any, told: dict[str, Any]) -> Parcel:
    timestamp = str(int(env.now().timestamp()))
    content = {
        "delivery": row.id,
        "event": row.event,
        "model": call.model,
        "id": row.record_id,
        "version": told.get("version"),
        "time": row.created_at,
        "record": told or None,
    }
    body = dump_json(content).encode()
    headers = {
        "User-Agent": "Tangram",
        event_sending.EVENT_HEADER: row.event,
        event_sending.DELIVERY_HEADER: str(row.id),
        event_sending.TIMESTAMP_HEADER: timestamp,
        event_sending.SIGNATURE_HEADER: event_sending.signature(call.secret, timestamp, body),
    }
    return Parcel(row.id, call.id, call.address, body, headers, bool(env.settings.event_private_addresses))


def note_answer(env: Environment, parcel: Parcel, answer: event_sending.Answer) -> None:
    """Write down what came of a call; after `MOST_FAILURES` in a row the call is paused and the administrators are told."""
    calls, table = env.registry[event_calls.CALL].table, env.registry[event_calls.DELIVERY].table
    attempts = env.connection.scalar(sa.select(table.c.attempts).where(table.c.id == parcel.delivery))
    if attempts is None:
        return  # The call was deleted meanwhile.
    now = env.now()
    values: dict[str, Any] = {
        "attempts": attempts + 1,
        "sent_at": now,
        "status": answer.status,
        "answer": answer.text.replace("\x00", ""),
        "state": "done" if answer.is_good else "failed",
    }
    if not answer.is_good and attempts < len(WAITS_S):
        values |= {"state": "waiting", "due_at": now + dt.timedelta(seconds=WAITS_S[attempts])}
    env.connection.execute(sa.update(table).where(table.c.id == parcel.delivery).values(values))
    failures = 0 if answer.is_good else calls.c.failures + 1
    env.connection.execute(sa.update(calls).where(calls.c.id == parcel.call).values(failures=failures))
    if not answer.is_good:
        _pause_if_hopeless(env, parcel.call)


def _pause_if_hopeless(env: Environment, call_id: int) -> None:
    calls = env.registry[event_calls.CALL].table
    hopeless = sa.and_(calls.c.id == call_id, calls.c.active, calls.c.failures >= MOST_FAILURES)
    values = {"active": False, "failures": 0, "version": calls.c.version + 1}
    name = env.connection.scalar(sa.update(calls).where(hopeless).values(values).returning(calls.c.name))
    if name is None:
        return
    event_calls.tell_all(env)
    title = _('The event call "%(name)s" was paused', name=name)
    text = _(
        "It failed %(count)s times in a row; its page shows the answers. Switch it on again when the receiver works.",
        count=MOST_FAILURES,
    )
    notify(
        env, active_administrators(env), title, text=text, url=f"/records/{event_calls.CALL}/{call_id}", kind="warning"
    )


def waiting_calls(env: Environment) -> list[int]:
    """Return the ids of active calls of which a delivery is due."""
    calls, table = env.registry[event_calls.CALL].table, env.registry[event_calls.DELIVERY].table
    due = sa.exists().where(table.c.call_id == calls.c.id, table.c.state == "waiting", table.c.due_at <= env.now())
    return list(env.connection.scalars(sa.select(calls.c.id).where(calls.c.active, due)))


def forget_old(env: Environment) -> int:
    """Delete deliveries that ended long ago; return how many."""
    table = env.registry[event_calls.DELIVERY].table
    old = table.c.created_at < env.now() - dt.timedelta(days=KEPT_DAYS)
    return int(env.connection.execute(sa.delete(table).where(old, table.c.state != "waiting")).rowcount)
