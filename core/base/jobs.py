"""Background jobs of the built-in addon: tidying up by night, mailing links for forgotten passwords."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.base.services import event_delivering, list_exports
from core.base.services.attachments import sweep
from core.base.services.mail import deliver, offer_to_addons
from core.base.services.parameters import get_parameter
from core.base.services.password_links import Mail, make_links
from core.base.services.recycle_bin import purge_older_than
from core.i18n import Translator, load_catalogs
from core.jobs import job, schedule
from core.jobs.admin import purge_jobs

if TYPE_CHECKING:
    from core.config import Settings
    from core.jobs.context import JobContext
    from core.orm.environment import Environment

_TEXTS = Path(__file__).parent / "i18n"


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


@schedule(every="1d", at="03:35")
def forget_old_links(env: Environment) -> int:
    """Delete links for forgotten passwords a day after they ended."""
    table = env.registry["core.password_link"].table
    old = table.c.expires_at < env.now() - dt.timedelta(days=1)
    return int(env.connection.execute(sa.delete(table).where(old)).rowcount)


@schedule(every="1d", at="03:40")
def forget_old_notifications(env: Environment) -> int:
    """Delete messages that were read more than 90 days ago."""
    table = env.registry["core.notification"].table
    return int(
        env.connection.execute(sa.delete(table).where(table.c.read_at < env.now() - dt.timedelta(days=90))).rowcount
    )


@job(max_attempts=3)
def mail_password_links(job: JobContext, wanted: str, base_url: str) -> int:
    """Mail a link to each user with this login name or mail address; return how many.

    What an addon takes lies in one transaction with the link; else the mail is sent after the link is there, outside of any.
    """

    def make(env: Environment) -> tuple[list[tuple[Mail, str, str]], int, Settings]:
        translator = Translator(load_catalogs([_TEXTS]))
        left, taken = [], 0
        for mail in make_links(env, wanted, base_url):
            subject, text = translator.render(mail.subject, mail.lang), translator.render(mail.text, mail.lang)
            if offer_to_addons(env, mail.to, subject, text):
                taken += 1
            else:
                left.append((mail, subject, text))
        return left, taken, env.settings

    left, taken, settings = job.run(make)
    for mail, subject, text in left:
        deliver(settings, mail.to, subject, text)
    return taken + len(left)


@job(max_attempts=2, timeout_s=3600)
def export_list(
    job: JobContext,
    model: str,
    domain: Any,
    order: str | None,
    columns: list[list[str]],
    title: str,
    form: str,
    zone: str,
) -> int:
    """Export a long list into a file of who asked, with their rights, and tell them; return how many records are in it."""
    wanted = list_exports.ListExport(
        model, domain, order, [(path, label) for path, label in columns], title, form, zone
    )
    return list_exports.export_in_background(job, wanted)


@job(max_attempts=3, unique=True, timeout_s=900)
def send_events(job: JobContext, call: int) -> int:
    """Make the event calls that are due, in the order of what happened; return how many. The first failure ends the row for now."""
    number = 0
    while (parcel := job.run(partial(event_delivering.next_parcel, call_id=call))) is not None:
        answer = parcel.send()
        job.run(partial(event_delivering.note_answer, parcel=parcel, answer=answer))
        number += 1
        if not answer.is_good:
            break
    return number


@schedule(every="5m")
def retry_events(env: Environment) -> int:
    """Go on with event calls that failed before and are due again; return how many."""
    calls = event_delivering.waiting_calls(env)
    for call in calls:
        env.defer("base.send_events", call=call)
    return len(calls)


@schedule(every="1d", at="03:45")
def forget_old_events(env: Environment) -> int:
    """Delete the log of event calls after a month."""
    return event_delivering.forget_old(env)


@schedule(every="1d", at="03:40")
def forget_old_jobs(env: Environment) -> int:
    """Delete background jobs done long ago."""
    return purge_jobs(env)
