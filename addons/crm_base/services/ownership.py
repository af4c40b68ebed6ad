"""The only way in which customers change their owner for a reason, and the history of all such changes (BASE-27).

`note_changes` follows every save, so that an owner changed on a form, by an import or a hand-over stands in the history as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from core.api import SYSTEM_UID, AccessDenied, Environment, ValidationError, _, system_of

CUSTOMER = "crm.customer"
HISTORY = "crm.customer.ownership"
POOL = "crm.pool.customer"
LONGEST_NOTE = 500
RECLAIM_REASONS = ("not_contacted", "interval", "no_deal")
"""Reasons for which the daily job takes customers back, the first that holds counts (D7)."""

_BECAUSE = "crm_base.owner_changes_because"
"""Key of the environment's cache under which `change_owner` leaves the reason for `note_changes`."""


def change_owner(customers: Sequence[Any], owner: Any, reason: str, note: str | None = None) -> None:
    """Give customers to an owner, or into the pool; saves at once.

    Args:
        customers: Records of ``crm.customer`` of one environment, whose rights count.
        owner: Record or id of ``core.user``; None: the pool.
        reason: One of those of ``crm.customer.ownership``.
        note: More about why, or None.

    Raises:
        AccessDenied: The environment's user may not change the owner of one of them.
        ValidationError: The owner is not active, or the note too long.
        RetryableError: Somebody else changed one of them at the same time.

    Side effects: a protection ends; the history is written; the core tells old and new owner.
    """
    if not customers:
        return
    env: Environment = customers[0].env
    if note is not None and len(note) > LONGEST_NOTE:
        raise ValidationError(_("At most %(count)s characters.", count=LONGEST_NOTE), field="note")
    taker = None if owner is None else env.browse("core.user", getattr(owner, "id", owner))
    if owner is not None and (taker is None or not taker.active):
        raise ValidationError(_("The new owner is not an active employee."), field="owner")
    with _because(env, reason, note):
        # Set and saved together: one UPDATE and one call of the hooks for all, however many they are.
        for customer in customers:
            customer.owner = taker
        env.flush()


@contextmanager
def _because(env: Environment, reason: str, note: str | None) -> Iterator[None]:
    env.flush()
    env.cache[_BECAUSE] = (reason, note)
    try:
        yield
    finally:
        env.cache.pop(_BECAUSE, None)


def give_back(customer: Any) -> None:
    """Let an owner put a customer of their own into the pool.

    Raises:
        AccessDenied: It belongs to somebody else.
    """
    env: Environment = customer.env
    if customer.owner is None or customer.owner.id != env.uid:
        raise AccessDenied(_("Only its owner gives a customer back."))
    with env.elevated(reason="customer given back by its owner") as system:
        change_owner([customer], None, "returned")
        system.flush()


def note_changes(env: Environment, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Write the history of new customers and of those whose owner changed, and see to it that the pool shows those without one.

    Called after each save of customers. Costs nothing where no owner changed, else a few statements for all together.
    """
    moved = {number: old["owner"] for number, old in changed.items() if "owner" in old}
    if not created and not moved:
        return
    records = {record.id: record for record in env.load(CUSTOMER, [*created, *moved])}
    given: tuple[str, str | None] | None = env.cache.get(_BECAUSE)
    lines = [
        _line(env, record, given or (_usual_reason(env, record, moved), None))
        for number, record in records.items()
        if number in moved or record.owner_id is not None
    ]
    ownerless = [number for number, record in records.items() if record.owner_id is None]
    passed = [records[number] for number in moved if number in records and records[number].protected_until]
    system = system_of(env)
    if moved:
        open_ones = [["customer", "in", list(moved)], ["until", "is_not_set", True]]
        system[HISTORY].update(open_ones, {"until": env.today()})
    if lines:
        # What the lines refer to is loaded together, instead of by each line.
        system.load(CUSTOMER, [line["customer"] for line in lines])
        system.load("core.user", sorted({line[name] for line in lines for name in ("owner", "by")} - {None}))
        system[HISTORY].create(lines)
    if ownerless:
        # Who lay in the pool before has a row, which nobody saw as long as the customer had an owner.
        rows = system[POOL].search([["customer", "in", [number for number in ownerless if number in moved]]])
        known = {row.customer_id for row in rows}
        if missing := [{"customer": number} for number in ownerless if number not in known]:
            system.load(CUSTOMER, [row["customer"] for row in missing])
            system[POOL].create(missing)
    # What the daily job took back in spite of its protection is still its protector's to claim.
    if given is None or given[0] not in RECLAIM_REASONS:
        end_protection([record for record in passed if record.owner_id != record.protected_by_id])


def end_protection(customers: Sequence[Any]) -> None:
    """Take the protection off customers; saves at once."""
    if not customers:
        return
    env: Environment = customers[0].env
    with env.system_changes():
        for customer in customers:
            customer.protected_from = customer.protected_until = customer.protected_by = None
    env.flush()


def _line(env: Environment, record: Any, because: tuple[str, str | None]) -> dict[str, Any]:
    return {
        "customer": record.id,
        "owner": record.owner_id,
        "since": env.today(),
        "reason": because[0],
        "note": because[1],
        "by": None if env.uid == SYSTEM_UID else env.uid,
    }


def _usual_reason(env: Environment, record: Any, moved: Mapping[int, Any]) -> str:
    """Return the reason for a change that nobody gave one for."""
    if record.id not in moved:
        return "entered"
    if record.owner_id is None:
        before = moved[record.id]
        return "returned" if getattr(before, "id", before) == env.uid else "recalled"
    return "assigned"
