"""Who may administer, jobs that don't run, clocks that disagree. Layer: cli."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import sqlalchemy as sa

from core.base.services.administrators import ADMINISTRATOR
from core.cli.checks.finding import Examination, Finding
from core.i18n import _

STUCK_AFTER = datetime.timedelta(minutes=15)
"""A job whose time came so long ago should have been begun by any worker."""
CLOCK_TOLERANCE = datetime.timedelta(seconds=60)


def administrators(case: Examination) -> Iterator[Finding]:
    """``admin.missing``: nobody active with a login and a password is administrator. ``system.missing``: no system user."""
    models = case.registry.models
    if not {"core.user", "core.group"} <= models.keys():
        return
    users, groups = models["core.user"], models["core.group"].table
    field = users.fields["groups"]
    link, (own, other) = field.relation_table, field.relation_columns  # type: ignore[attr-defined]  # a Many2many
    statement = (
        sa.select(sa.func.count())
        .select_from(users.table)
        .join(link, link.c[own] == users.table.c.id)
        .join(groups, groups.c.id == link.c[other])
        .where(groups.c.key == ADMINISTRATOR, users.table.c.active, users.table.c.password_hash.is_not(None))
    )
    if not case.connection.scalar(statement):
        hint = _('run "tangram user add LOGIN --name NAME --group base.administrator" or "tangram user password admin"')
        yield Finding("admin.missing", "error", _("No administrator can log in."), hint)
    system = sa.select(users.table.c.id).where(users.table.c.id == 1)
    if case.connection.scalar(system) is None:
        yield Finding("system.missing", "error", _("The system user (id 1) is not there."), _("restore a backup"))


def jobs(case: Examination) -> Iterator[Finding]:
    """``jobs.stuck``: waiting jobs that no worker begins. ``jobs.lost``: running ones whose worker is gone. ``jobs.failed``."""
    info = case.registry.models.get("core.job")
    if info is None:
        return
    c, now = info.table.c, case.database.clock()

    def count(*conditions: sa.ColumnElement[bool]) -> int:
        return int(case.connection.scalar(sa.select(sa.func.count()).select_from(info.table).where(*conditions)) or 0)

    waiting = count(c.state.in_(("queued", "sent")), c.run_at < now - STUCK_AFTER)
    if waiting:
        message = _("%(count)s background jobs have been waiting for more than a quarter of an hour.", count=waiting)
        hint = _('run "tangram worker", or set job_threads for the server')
        yield Finding("jobs.stuck", "warning", message, hint)
    lost = count(c.state == "running", c.lease_until.is_not(None), c.lease_until < now - STUCK_AFTER)
    if lost:
        message = _("%(count)s background jobs lost their worker and were not taken up again.", count=lost)
        yield Finding("jobs.lost", "warning", message, _("a worker takes them up; see that one runs"))
    failed = count(c.state == "failed")
    if failed:
        message = _("%(count)s background jobs have failed.", count=failed)
        yield Finding(
            "jobs.failed", "warning", message, _("the page of background jobs shows why, and runs them again")
        )


def clock(case: Examination) -> Iterator[Finding]:
    """``clock.skew``: this machine and the database server disagree. ``clock.behind``: records were made in the future."""
    now = case.database.clock()
    if not case.is_sqlite:
        there = case.connection.scalar(sa.select(sa.func.clock_timestamp()))
        if there is not None and abs(there - now) > CLOCK_TOLERANCE:
            message = _(
                "The clocks of this machine and of the database server differ by %(seconds)s s.",
                seconds=round(abs((there - now).total_seconds())),
            )
            yield Finding("clock.skew", "warning", message, _("let both take the time from a server"))
    users = case.registry.models.get("core.user")
    newest = None if users is None else case.connection.scalar(sa.select(sa.func.max(users.table.c.updated_at)))
    if newest is not None and newest > now + CLOCK_TOLERANCE:
        message = _("The newest change was made at %(at)s, which is in the future.", at=newest.isoformat())
        yield Finding("clock.behind", "warning", message, _("set the clock of this machine"))
