"""Who is meant by roles, by names and by fields of a record that lead to users."""

from collections.abc import Iterable, Sequence
from typing import Any

from core.api import Environment, UnknownFieldError, ValidationError, _

USER = "core.user"


def split_paths(text: str | None) -> list[str]:
    """Return the paths in a text such as ``owner, owner.superior``."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def check_path(env: Environment, model: str, path: str, field: str) -> None:
    """Make sure that a path leads from a model to users.

    Raises:
        ValidationError: It does not; ``field`` says where it was typed.
    """
    info = env.registry[model]
    comodel = None
    for name in path.split("."):
        try:
            found: Any = env.registry.field(info.name, name)
        except UnknownFieldError as error:
            raise ValidationError(error.message, hint=error.hint, field=field) from error
        comodel = getattr(found, "comodel", None)
        if comodel is None:
            break
        info = env.registry[comodel]
    if comodel != USER:
        raise ValidationError(_('"%(path)s" does not lead to users.', path=path), field=field)


def by_paths(env: Environment, model: str, ids: Sequence[int], paths: Sequence[str]) -> dict[int, set[int]]:
    """Return record → ids of the users its fields lead to; one statement for paths without lists on the way.

    Args:
        env: An environment of the system.
        model: Model of the records.
        ids: The records.
        paths: Fields that lead to users.
    """
    found: dict[int, set[int]] = {number: set() for number in ids}
    if not paths:
        return found
    for row in env[model].read([["id", "in", list(ids)]], list(paths)):
        for path in paths:
            value = row[path]
            values = value if isinstance(value, list) else [value]
            found[row["id"]] |= {each for each in values if each is not None}
    return found


def members(env: Environment, groups: Iterable[Any]) -> set[int]:
    """Return the ids of the active users who hold one of the roles, directly or by a role that implies it."""
    wanted = {group.id for group in groups}
    if not wanted:
        return set()
    implied = {group.id: {each.id for each in group.implies} for group in env["core.group"].search()}
    while more := {number for number, below in implied.items() if number not in wanted and below & wanted}:
        wanted |= more
    rows = env[USER].read([["groups", "in", sorted(wanted)], ["active", "=", True]], ["id"])
    return {row["id"] for row in rows}
