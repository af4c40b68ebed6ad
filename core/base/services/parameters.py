"""Reading and changing system parameters (CORE-52).

A parameter is declared as a record of `core.parameter` in ``data/*.yaml`` of its addon. Values are read past access rights,
because business code of every user depends on them; changing one needs the right to change `core.parameter`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.base.services.parameter_value import check_value, decode_value
from core.errors import AccessDenied, UnknownNameError, unknown
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

_CACHE = "base.parameters"


def get_parameter(env: Environment, key: str) -> Any:
    """Return the value that holds for ``key``: the one set, else the default; None if there is neither.

    All parameters are read with one statement per session and kept for its transaction.

    Returns:
        bool, int, `decimal.Decimal`, str, `datetime.date` or a list of str, by the parameter's kind.

    Raises:
        UnknownNameError: No enabled addon declares it; the nearest key is proposed.
    """
    values: dict[str, Any] | None = env.cache.get(_CACHE)
    if values is None or key not in values:
        # A parameter may have been declared since, by an addon that came in the same transaction.
        table = env.registry["core.parameter"].table
        rows = env.connection.execute(sa.select(table.c.key, table.c.kind, table.c.value, table.c.default))
        values = {row.key: decode_value(row.kind, row.default if row.value is None else row.value) for row in rows}
        env.cache[_CACHE] = values
    if key not in values:
        raise unknown("parameter", key, values, UnknownNameError)
    return values[key]


def set_parameter(env: Environment, key: str, value: Any) -> None:
    """Set ``key`` to ``value``, or back to its default by None; old and new value go to the history.

    Raises:
        UnknownNameError: No such parameter.
        ValidationError: Wrong type or out of range; changes nothing.
        AccessDenied: The user may not change parameters.
    """
    found = env["core.parameter"].search([["key", "=", key]], limit=1)
    if not found:
        get_parameter(env, key)  # tells an unknown key by name; a known one that is not found may not be read
        raise AccessDenied(_("You may not change system parameters."))
    record = found[0]
    record.update(value=None if value is None else check_value(record, value))
    env.flush()
    forget_parameters(env)


def forget_parameters(env: Environment) -> None:
    """Drop the values kept for this transaction, after they changed."""
    for one in env.family:
        one.cache.pop(_CACHE, None)
