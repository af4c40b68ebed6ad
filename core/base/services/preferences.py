"""How a user likes the pages (CORE-07): theme, density, rows of a list … kept with the user, a default for each.

One JSON column of the user's own row, so that reading costs no statement: the row is read with every request anyway. Values are
written past rights, since they are nobody's but the user's, and past the history, since they are no business data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import UnknownNameError, ValidationError, unknown
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment


MOST_PANELS = 200
LONGEST_PANEL = 200


@dataclass(frozen=True)
class Preference:
    """One thing that a user may choose."""

    default: Any
    accepts: Callable[[Any], bool]
    """Whether a value may be kept."""


def _one_of(*options: Any) -> Callable[[Any], bool]:
    # True == 1 in Python, so the type counts too.
    return lambda value: any(type(value) is type(option) and value == option for option in options)


def _is_arrangement(value: Any) -> bool:
    """Whether a value is a list of panels: triples (id, twelfths of the page, whether it is shown)."""
    return (
        isinstance(value, list)
        and len(value) <= MOST_PANELS
        and all(
            isinstance(each, list)
            and [type(part) for part in each] == [str, int, bool]
            and len(each[0]) <= LONGEST_PANEL
            and each[1] in (3, 4, 6, 8, 12)
            for each in value
        )
    )


PREFERENCES: Mapping[str, Preference] = {
    "theme": Preference("auto", _one_of("auto", "light", "dark")),
    "density": Preference("normal", _one_of("compact", "normal", "roomy")),
    "page_size": Preference(50, _one_of(20, 50, 100, 200)),
    "nav_collapsed": Preference(False, _one_of(True, False)),
    "shortcuts": Preference(True, _one_of(True, False)),
    "workbench": Preference(None, _is_arrangement),
}
"""All of them by key. ``auto`` follows the system's theme; ``page_size`` is the rows of a list; ``shortcuts`` are the single keys;
``workbench`` is the order of its panels, None the usual one."""


def read_preferences(env: Environment) -> dict[str, Any]:
    """Return every preference of the user of ``env``, the default where none (or no longer a good one) is kept."""
    kept = env.user.preferences or {}
    return {
        key: kept[key] if key in kept and preference.accepts(kept[key]) else preference.default
        for key, preference in PREFERENCES.items()
    }


def write_preference(env: Environment, key: str, value: Any) -> None:
    """Keep one preference of the user of ``env``; None forgets it, so that the default holds again.

    Raises:
        UnknownNameError: There is no such preference; the nearest is proposed.
        ValidationError: The value is none of those possible; nothing is changed.
    """
    preference = PREFERENCES.get(key)
    if preference is None:
        raise unknown("preference", key, PREFERENCES, UnknownNameError)
    if value is not None and not preference.accepts(value):
        raise ValidationError(
            _('"%(value)s" is not possible for "%(key)s".', value=str(value)[:50], key=key),
            code="validation.preference",
            field=key,
        )
    env.flush()
    kept = {name: each for name, each in (env.user.preferences or {}).items() if name != key}
    if value is not None:
        kept[key] = value
    table = env.registry["core.user"].table
    env.connection.execute(sa.update(table).where(table.c.id == env.uid).values(preferences=kept or None))
    for each in env.family:
        user = each.browse("core.user", env.uid)
        each.session.refresh(user, ["preferences"])
