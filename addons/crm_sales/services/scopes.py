"""Whose figures a page of sales shows: mine, those of people below, a team, a department, or everything that may be read."""

from dataclasses import dataclass
from typing import Any

from addons.crm_sales.services.people import Organisation
from core.api import Environment, ValidationError, _

MOST_PEOPLE = 200
"""People offered by name; beyond that teams and departments serve."""


@dataclass(frozen=True)
class Scope:
    """A choice of whose records count; rights narrow every one of them further."""

    key: str
    """``me``, ``below``, ``all``, ``person-7``, ``team-3`` or ``department-2``."""
    label: Any
    """A text or a message."""
    opportunities: list[Any]
    """Condition on `crm.opportunity`."""
    leads: list[Any]
    """Condition on `crm.lead`."""


def scopes_for(env: Environment) -> dict[str, Scope]:
    """Return what the user of ``env`` may choose from, by key, the usual one first. Four statements."""
    organisation = Organisation(env)
    below = organisation.below(env.uid)
    found: list[Scope] = []
    if below:
        found.append(_of_people("below", _("Me and everybody below"), [env.uid, *sorted(below)]))
    found.append(_of_people("me", _("Me"), [env.uid]))
    found.append(Scope("all", _("Everything I may see"), [], []))
    for row in env["core.department"].read([["active", "=", True]], ["id", "name"], "number, name, id"):
        where = [["department", "under", row["id"]]]
        found.append(Scope(f"department-{row['id']}", row["name"], where, where))
    for row in env["core.team"].read([["active", "=", True]], ["id", "name"], "name, id"):
        found.append(
            Scope(f"team-{row['id']}", row["name"], [["team", "=", row["id"]]], [["owner.main_team", "=", row["id"]]])
        )
    people = sorted(below, key=organisation.name)[:MOST_PEOPLE]
    found += [_of_people(f"person-{user}", organisation.name(user), [user]) for user in people]
    return {scope.key: scope for scope in found}


def scope_named(scopes: dict[str, Scope], key: str | None) -> Scope:
    """Return the scope with a key; of None the usual one.

    Raises:
        ValidationError: There is none for the user.
    """
    if not key:
        return next(iter(scopes.values()))
    if key not in scopes:
        raise ValidationError(_("“%(name)s” is nothing that can be chosen here.", name=key[:80]), field="scope")
    return scopes[key]


def _of_people(key: str, label: Any, users: list[int]) -> Scope:
    where = [["owner", "in", users]]
    return Scope(key, label, where, where)
