"""Records that even an administrator can't change or delete: logs, users, held roles, parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.errors import AccessDenied, ConflictError, Where
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.model import Model
    from core.orm.modelinfo import ModelInfo


def refuse_log_changes(env: Environment, *batches: Iterable[Model]) -> None:
    """Refuse log entries made or changed through the ORM by anybody but the system.

    Raises:
        AccessDenied: There is one among the records.
    """
    if env.is_elevated:
        return
    for batch in batches:
        for record in batch:
            if record._info.is_log:
                raise _no_log(record._info)


def refuse_deletion(env: Environment, model: ModelInfo, ids: Sequence[int]) -> None:
    """Refuse to delete what may only be retired.

    Raises:
        ConflictError: A user, unless the system takes an employee back whom nothing names; a role that is held or belongs to an
            addon; a parameter.
        AccessDenied: A log.
    """
    if model.is_log and not env.is_elevated:
        raise _no_log(model)
    if model.name == "core.user" and not (env.is_elevated and _is_nobody_yet(env, model, ids)):
        raise ConflictError(
            _("Users are never deleted, because records and statistics name them."),
            code="conflict.user",
            hint=_("deactivate the user after handing over"),
            where=Where(model=model.name, record=ids[0] if ids else None),
        )
    if model.name == "core.group":
        _refuse_groups(env, model, ids)
    if model.name == "core.parameter" and not env.is_elevated:
        raise ConflictError(_("A system parameter belongs to its addon."), hint=_("set it back to its default"))


def _is_nobody_yet(env: Environment, model: ModelInfo, ids: Sequence[int]) -> bool:
    """Whether users have no account and lead nobody else, as those of an import that is undone. What they answer for refuses by itself."""
    if env[model.name].exists([["id", "in", list(ids)], ["login", "is_set", True]]):
        return False
    for field in env.registry.referrers[model.name]:
        if field.ondelete == "set null":
            others = [["id", "not_in", list(ids)]] if field.model_name == model.name else []
            if env[field.model_name].exists([[field.name, "in", list(ids)], *others]):
                return False
    return True


def _refuse_groups(env: Environment, model: ModelInfo, ids: Sequence[int]) -> None:
    table = model.table
    link = model.fields["users"].relation_table  # type: ignore[attr-defined]  # a Many2many
    own = link.c[model.fields["users"].relation_columns[0]]  # type: ignore[attr-defined]  # a Many2many
    held = sa.exists().where(own == table.c.id)
    rows = env.connection.execute(
        sa.select(table.c.id, table.c.key, table.c.label, table.c.addon, held.label("held")).where(
            table.c.id.in_(list(ids))
        )
    )
    for row in rows:
        where = Where(model=model.name, record=row.id)
        if row.addon and not env.is_elevated:
            raise ConflictError(
                _('The role "%(name)s" belongs to the addon "%(addon)s".', name=row.label, addon=row.addon), where=where
            )
        if row.held and not env.is_elevated:
            raise ConflictError(
                _('The role "%(name)s" is still held by employees.', name=row.label), code="conflict.held", where=where
            )


def _no_log(model: ModelInfo) -> AccessDenied:
    return AccessDenied(_("Logs can't be changed."), code="access_denied.log", where=Where(model=model.name))
