"""Who decides at a level: found by rule from the submitter when the level starts (APPR-04, D6)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.api import Environment, system_of

MANY = 1000
"""Holders of one position or members of one role that are asked at most."""


@dataclass(frozen=True)
class Found:
    """The approvers of a level."""

    people: tuple[int, ...]
    """Ids of active users, never empty where the installation has an administrator."""
    need: int
    """How many of them must agree."""


def find_approvers(env: Environment, step: Mapping[str, Any], submitter: int) -> Found:
    """Return who decides at a level of a plan.

    Whoever submitted never decides alone: their own level climbs to their next superior. A vacant position, or a department without a head,
    is looked for further up; who can't be found at all is the administrator, of whom one is enough.

    Args:
        env: Any environment of the transaction; it is read past rights.
        step: The level as `flows.snapshot` keeps it.
        submitter: Id of the user who submitted.
    """
    system = system_of(env)
    person = system.browse("core.user", submitter)
    if person is None:
        return _administrators(system, submitter)
    found = _RULES[step["rule"]](system, step, person)
    others = _ids(user for user in found if user.id != submitter)
    if others:
        return Found(others, _needed(step, len(others)))
    if found:
        climbed = _ids(user for user in superiors(system, person) if user.id != submitter)
        if climbed:
            return Found(climbed, 1)
    return _administrators(system, submitter)


def superiors(env: Environment, user: Any) -> Sequence[Any]:
    """Return the next active people above a user: the superior named, else the holders of the next position above that has any.

    Of several holders those in the user's department are meant, where there are such.
    """
    seen = {user.id}
    above = user.superior
    while above is not None and above.id not in seen:
        if above.active:
            return [above]
        seen.add(above.id)
        above = above.superior
    position = user.position.parent if user.position is not None else None
    holders = _holders(env, position, climb=True)
    near = [each for each in holders if user.department is not None and each.department is user.department]
    return near or holders


def _holders(env: Environment, position: Any, *, climb: bool) -> Sequence[Any]:
    """Return the active holders of a position, else of the next one above."""
    while position is not None:
        domain = [["position", "=", position.id], ["active", "=", True]]
        found = list(env["core.user"].search(domain, order="id", limit=MANY))
        if found or not climb:
            return found
        position = position.parent
    return []


def _by_superior(env: Environment, step: Mapping[str, Any], person: Any) -> Sequence[Any]:
    found: Sequence[Any] = [person]
    for _level in range(max(step.get("levels") or 1, 1)):
        found = superiors(env, found[0])
        if not found:
            return []
    return found


def _by_department(env: Environment, step: Mapping[str, Any], person: Any) -> Sequence[Any]:
    department, seen = person.department, set()
    while department is not None and department.id not in seen:
        seen.add(department.id)
        if department.head is not None and department.head.active:
            return [department.head]
        department = department.parent
    return []


def _by_position(env: Environment, step: Mapping[str, Any], person: Any) -> Sequence[Any]:
    return _holders(env, env.browse("core.position", step.get("position")), climb=True)


def _by_role(env: Environment, step: Mapping[str, Any], person: Any) -> Sequence[Any]:
    domain = [["groups", "=", step.get("role")], ["active", "=", True]]
    return list(env["core.user"].search(domain, order="id", limit=MANY))


def _by_team(env: Environment, step: Mapping[str, Any], person: Any) -> Sequence[Any]:
    teams = [person.main_team] if person.main_team is not None else sorted(person.teams, key=lambda team: team.id)
    leaders = (team.leader for team in teams if team.active and team.leader is not None)
    leader = next((each for each in leaders if each.active), None)
    return [] if leader is None else [leader]


def _by_name(env: Environment, step: Mapping[str, Any], person: Any) -> Sequence[Any]:
    return [user for user in env.load("core.user", step.get("users") or []) if user.active]


_RULES: Mapping[str, Callable[[Environment, Mapping[str, Any], Any], Sequence[Any]]] = {
    "superior": _by_superior,
    "department_head": _by_department,
    "position": _by_position,
    "role": _by_role,
    "team_leader": _by_team,
    "users": _by_name,
}


def _needed(step: Mapping[str, Any], count: int) -> int:
    if step.get("mode") == "all":
        return count
    return min(step.get("quorum") or 1, count) if step.get("mode") == "some" else 1


def _administrators(env: Environment, submitter: int) -> Found:
    """Return the active administrators; whoever submitted only if there is no other."""
    domain = [["groups.key", "=", "base.administrator"], ["active", "=", True], ["login", "is_set"]]
    found = _ids(env["core.user"].search(domain, order="id", limit=MANY))
    return Found(tuple(number for number in found if number != submitter) or found, 1)


def _ids(users: Iterable[Any]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(user.id for user in users))
