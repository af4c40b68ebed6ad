"""Every customer with contacts has exactly one main contact (BASE-23), and a person is their own contact (BASE-02).

Both are seen to after each save, for all records of the save together.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.api import Environment, system_of

_SAME = ("name", "gender", "birthday", "phone", "mail", "address")
"""What the contact of a person takes from the customer."""


def on_saved(env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Follow what was saved; other models, and changes of other fields, cost nothing."""
    if model == "crm.customer":
        persons = [number for number, old in changed.items() if old.keys() & {"kind", *_SAME}]
        if created or persons:
            keep_own_contacts(env, [*created, *persons])
        counted = [number for number, old in changed.items() if "contact_count" in old]
        if counted:
            keep_main_contacts(env, counted, ())
    elif model == "crm.contact":
        moved = [number for number, old in changed.items() if old.keys() & {"is_main", "customer"}]
        if created or moved:
            fresh = [*created, *moved]
            rows = system_of(env)["crm.contact"].read([["id", "in", fresh]], ["customer"])
            left = [old["customer"] for old in changed.values() if old.get("customer")]
            keep_main_contacts(env, [*(row["customer"] for row in rows), *left], fresh)


def keep_main_contacts(env: Environment, customers: Iterable[int], fresh: Iterable[int]) -> None:
    """Let each customer that has contacts have one main contact.

    Args:
        env: The environment of the save.
        customers: Ids of the customers looked at.
        fresh: Ids of the contacts just saved: a main one among them takes the place of another; the latest wins.
    """
    system, just = system_of(env), set(fresh)
    domain = [["customer", "in", sorted(set(customers))]]
    by_customer: dict[int, list[dict[str, Any]]] = {}
    for row in system["crm.contact"].read(domain, ["customer", "is_main"], order="id"):
        by_customer.setdefault(row["customer"], []).append(row)
    on: list[int] = []
    off: list[int] = []
    for rows in by_customer.values():
        mains = [row["id"] for row in rows if row["is_main"]]
        if len(mains) == 1:
            continue
        chosen = next((number for number in reversed(mains) if number in just), mains[0] if mains else None)
        if chosen is None:
            on.append(rows[0]["id"])
        off += [number for number in mains if number != chosen]
    _write(env, off, {"is_main": False})
    _write(env, on, {"is_main": True})


def keep_own_contacts(env: Environment, customers: Sequence[int]) -> None:
    """Make or renew the contact that a person is to us; one who became a company keeps it as an ordinary contact."""
    system = system_of(env)
    rows = system["crm.customer"].read([["id", "in", list(customers)], ["kind", "=", "person"]], list(_SAME))
    own = system["crm.contact"].read(
        [["customer", "in", list(customers)], ["is_self", "=", True]], ["customer", *_SAME]
    )
    contacts = {row["customer"]: row for row in own}
    persons = {row["id"] for row in rows}
    _write(env, [row["id"] for row in own if row["customer"] not in persons], {"is_self": False})
    fresh = []
    for row in rows:
        values = {name: row[name] for name in _SAME}
        there = contacts.get(row["id"])
        if there is None:
            fresh.append({"customer": row["id"], "is_self": True, **values})
        elif any(there[name] != value for name, value in values.items()):
            _write(env, [there["id"]], values)
    if fresh:
        with env.system_changes():
            env["crm.contact"].create(fresh)


def _write(env: Environment, ids: Sequence[int], values: Mapping[str, Any]) -> None:
    with env.system_changes():
        for record in env.load("crm.contact", ids):
            for name, value in values.items():
                setattr(record, name, value)
    if ids:
        env.flush()
