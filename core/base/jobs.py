"""Background jobs of the built-in addon: tidying up by night."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.base.services.attachments import sweep
from core.base.services.parameters import get_parameter
from core.base.services.recycle_bin import purge_older_than
from core.jobs import schedule
from core.jobs.admin import purge_jobs

if TYPE_CHECKING:
    from core.orm.environment import Environment


@schedule(every="1d", at="03:10")
def remove_unused_files(env: Environment) -> int:
    """Delete files of attachments that a crash left behind."""
    return sweep(env)


@schedule(every="1d", at="03:20")
def empty_recycle_bin(env: Environment) -> int:
    """Purge what lay in the recycle bin longer than the parameter says; 0 days keeps everything."""
    days: int = get_parameter(env, "base.recycle_bin_days")
    return purge_older_than(env, days) if days else 0


@schedule(every="1d", at="03:30")
def forget_old_sessions(env: Environment) -> int:
    """Delete web sessions that ended or expired more than 30 days ago; the login log keeps who was here."""
    table = env.registry["core.session"].table
    before = env.now() - dt.timedelta(days=30)
    old = sa.or_(table.c.ended_at < before, table.c.expires_at < before)
    return int(env.connection.execute(sa.delete(table).where(old)).rowcount)


@schedule(every="1d", at="03:40")
def forget_old_jobs(env: Environment) -> int:
    """Delete background jobs done long ago."""
    return purge_jobs(env)
