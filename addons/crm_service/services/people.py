"""Who stands above whom, and who may act on a step (SERV-08)."""

from collections.abc import Iterator
from typing import Any

from core.api import AccessDenied, Environment, _, system_of

ADMINISTRATOR = "base.administrator"


def superiors(env: Environment, user: Any) -> list[Any]:
    """Return the next active people above a user: the superior named, else the holders of the next position above that has any.

    Args:
        env: Any environment of the transaction; people are read past rights.
        user: Record of ``core.user``.
    """
    person = system_of(env).browse("core.user", user.id)
    if person.superior is not None and person.superior.active:
        return [person.superior]
    for position in _positions_above(person):
        holders = system_of(env)["core.user"].search(
            [["position", "=", position.id], ["active", "=", True]], order="id"
        )
        if holders:
            return list(holders)
    return []


def _positions_above(person: Any) -> Iterator[Any]:
    position = person.position.parent if person.position is not None else None
    while position is not None:
        yield position
        position = position.parent


def stands_above(env: Environment, user: Any, other: Any) -> bool:
    """Tell whether ``user`` is above ``other``: as a superior, or in a position above, at any depth."""
    system = system_of(env)
    upper, person = system.browse("core.user", user.id), system.browse("core.user", other.id)
    if upper.position is not None and upper.position in list(_positions_above(person)):
        return True
    above, seen = person.superior, {person.id}
    while above is not None and above.id not in seen:
        if above is upper:
            return True
        seen.add(above.id)
        above = above.superior
    return False


def may_act(step: Any) -> bool:
    """Tell whether the user may finish a step: its handler, who stands above, an administrator, the system; all while nobody handles it."""
    env = step.env
    if env.is_elevated or step.handler is None or step.handler.id == env.uid:
        return True
    return env.has_right("crm_service.act_for_others") or stands_above(env, env.user, step.handler)


def need_handler(step: Any) -> None:
    """Raise AccessDenied if another one handles the step."""
    if not may_act(step):
        raise AccessDenied(
            _("%(name)s handles the step %(step)s.", name=step.handler.name, step=step.name),
            hint=_("only the handler and superiors may act"),
        )
