"""Tells the administrators of background jobs that failed for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.base.services.administrators import active_administrators
from core.base.services.notifications import notify
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment


def tell_administrators(env: Environment, ids: Sequence[int]) -> None:
    """Tell each active administrator once of every job that failed, with the page of the job.

    While somebody has not read of a job's failure, further failures of jobs with its name are not told to them: a job that fails
    every minute must not bury all other messages.

    Args:
        env: The transaction in which the jobs were marked as failed.
        ids: Ids of these jobs.
    """
    jobs = env.registry["core.job"].table
    administrators = active_administrators(env)
    told: set[str] = set()
    for number, name in env.connection.execute(
        sa.select(jobs.c.id, jobs.c.name).where(jobs.c.id.in_(ids)).order_by(jobs.c.id)
    ):
        if name in told:
            continue
        told.add(name)
        readers = sorted(set(administrators) - _waiting_to_read(env, name))
        title = _('The background job "%(name)s" failed', name=name)
        text = _("It is not tried again by itself; its page says why and lets you retry it.")
        notify(env, readers, title, text=text, url=f"/records/core.job/{number}", kind="warning")


def _waiting_to_read(env: Environment, name: str) -> set[int]:
    """Return the ids of users with an unread message on the failure of a job with this name."""
    messages, jobs = env.registry["core.notification"].table, env.registry["core.job"].table
    page = sa.literal("/records/core.job/") + sa.cast(jobs.c.id, sa.String)
    statement = (
        sa.select(messages.c.user_id)
        .join(jobs, messages.c.url == page)
        .where(messages.c.read_at.is_(None), messages.c.kind == "warning", jobs.c.name == name)
    )
    return set(env.connection.scalars(statement))
