"""What a user keeps for lists: columns and page size, saved searches, favourites (CORE-33, CORE-34, CORE-41).

Columns and page size lie with the user's preferences. Saved searches and favourites are read by one statement each, without asking for
rights: rows are the user's own, or shared with a role the user has; writing goes the usual way, so rights, checks and hooks hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.access import has_right
from core.base.services.special_rights import require_special_right
from core.errors import MissingRecord, ValidationError
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

SETTINGS = "lists"
"""Key of the choices for lists among the user's preferences."""
SHARE_RIGHT = "base.share_scheme"
MOST_SCHEMES = 50
"""Saved searches of one user for one model."""
MOST_FAVOURITES = 1000
"""Favourites of one user in one model that the folder shows, the latest first."""


def read_setting(env: Environment, view: str) -> dict[str, Any]:
    """Return what the user of ``env`` chose for a list; empty for nothing. Costs no statement: it lies with the preferences."""
    found = ((env.user.preferences or {}).get(SETTINGS) or {}).get(view)
    return dict(found) if isinstance(found, Mapping) else {}


def write_setting(env: Environment, view: str, choices: Mapping[str, Any]) -> None:
    """Keep the choices of the user of ``env`` for a list; an empty mapping forgets them."""
    env.flush()
    kept = dict(env.user.preferences or {})
    settings = {name: each for name, each in (kept.pop(SETTINGS, None) or {}).items() if name != view}
    if choices:
        settings[view] = dict(choices)
    if settings:
        kept[SETTINGS] = settings
    table = env.registry["core.user"].table
    env.connection.execute(sa.update(table).where(table.c.id == env.uid).values(preferences=kept or None))
    for each in env.family:
        each.session.refresh(each.browse("core.user", env.uid), ["preferences"])


def read_schemes(env: Environment, model: str) -> list[dict[str, Any]]:
    """Return the saved searches of a model that the user of ``env`` sees, own ones first.

    Returns:
        Mappings with ``id name query is_default is_own shared_with may_change``.
    """
    table = env.registry["core.search_scheme"].table
    columns = [table.c[name] for name in ("id", "name", "user_id", "query", "shared_with", "is_default")]
    own = table.c.user_id == env.uid
    statement = sa.select(*columns).where(table.c.model == model, sa.or_(own, table.c.shared_with.is_not(None)))
    found = []
    for row in env.connection.execute(statement.order_by(sa.desc(own), table.c.sequence, table.c.id)).mappings():
        is_own = row["user_id"] == env.uid
        roles = list(row["shared_with"] or ())
        if is_own or any(env.guard.has_group(env, role) for role in roles):
            kept = {name: row[name] for name in ("id", "name", "query", "is_default")}
            may_change = is_own or has_right(env, SHARE_RIGHT)
            found.append({**kept, "shared_with": roles, "is_own": is_own, "may_change": may_change})
    return found


def save_scheme(
    env: Environment,
    model: str,
    name: str,
    query: Mapping[str, Any],
    *,
    number: int | None = None,
    shared_with: Sequence[str] | None = None,
    is_default: bool = False,
) -> int:
    """Save a search under a name and return its id.

    Args:
        env: Who saves.
        model: Model whose records it finds.
        name: Its name.
        query: Parameters of the address.
        number: The saved search to change; None makes a new one.
        shared_with: Ids of roles; None leaves it as it is, empty takes it back.
        is_default: Whether the list begins with it.

    Raises:
        ValidationError: It has no name, a role is not there, or there are too many.
        MissingRecord: There is none with this number that the user may change.
        AccessDenied: It is shared, or to be, and the user may not do that.
    """
    values: dict[str, Any] = {"name": name.strip(), "query": dict(query), "is_default": is_default}
    if not values["name"]:
        raise ValidationError(_("A saved search has a name."), field="name")
    known = {group.key for group in env["core.group"].search()} if shared_with else set()
    if shared_with and not set(shared_with) <= known:
        raise ValidationError(_("One of the roles is not there."), field="shared_with")
    if shared_with is not None:
        values["shared_with"] = list(shared_with) or None
    there = None if number is None else _to_change(env, model, number)
    if shared_with or (there is not None and (there["shared_with"] or not there["is_own"])):
        require_special_right(env, SHARE_RIGHT)
    schemes = env["core.search_scheme"]
    if there is None:
        mine = [["user", "=", env.uid], ["model", "=", model]]
        if schemes.count(mine) >= MOST_SCHEMES:
            raise ValidationError(_("At most %(limit)s saved searches for one list.", limit=MOST_SCHEMES))
        saved = int(schemes.create({**values, "user": env.uid, "model": model}).id)
    else:
        schemes.write(schemes.get(there["id"]), values)
        saved = int(there["id"])
    if is_default:
        schemes.update([["user", "=", env.uid], ["model", "=", model], ["id", "!=", saved]], {"is_default": False})
    env.flush()
    return saved


def delete_scheme(env: Environment, model: str, number: int) -> None:
    """Delete a saved search.

    Raises:
        MissingRecord: There is none with this number that the user may change.
    """
    found = _to_change(env, model, number)
    env["core.search_scheme"].delete([found["id"]])


def _to_change(env: Environment, model: str, number: int) -> dict[str, Any]:
    found = next((each for each in read_schemes(env, model) if each["id"] == number and each["may_change"]), None)
    if found is None:
        raise MissingRecord(_("There is no such saved search."))
    return found


def favourites_among(env: Environment, model: str, ids: Sequence[int]) -> frozenset[int]:
    """Return which of some records are favourites of the user of ``env``."""
    if not ids:
        return frozenset()
    table = env.registry["core.favourite"].table
    statement = sa.select(table.c.record_id).where(
        table.c.user_id == env.uid, table.c.model == model, table.c.record_id.in_(list(ids))
    )
    return frozenset(env.connection.execute(statement).scalars())


def favourite_ids(env: Environment, model: str) -> list[int]:
    """Return the ids of the favourites of the user of ``env`` in a model, the latest first; they may be gone or out of reach."""
    table = env.registry["core.favourite"].table
    statement = sa.select(table.c.record_id).where(table.c.user_id == env.uid, table.c.model == model)
    return list(env.connection.execute(statement.order_by(table.c.id.desc()).limit(MOST_FAVOURITES)).scalars())


def set_favourite(env: Environment, model: str, number: int, *, is_on: bool) -> None:
    """Put a record into the favourites of the user of ``env``, or take it out; the caller has checked that it may be read."""
    favourites = env["core.favourite"]
    found = favourites.search([["user", "=", env.uid], ["model", "=", model], ["record_id", "=", number]])
    if is_on and not found:
        favourites.create({"user": env.uid, "model": model, "record_id": number})
    elif found and not is_on:
        favourites.delete(found)
