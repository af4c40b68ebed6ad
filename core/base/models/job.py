"""Background jobs: the outbox and its schedules; `core.jobs` runs them."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


class Job(Model):
    """One background job, written in the transaction of the business that needs it, so that neither is without the other."""

    _name = "core.job"
    _label = "Background job"
    _order = "id desc"
    _recycle = False

    name = fields.Char(required=True, index=True, help="Such as crm_marketing.send_mail.")
    payload = fields.Json(help="The arguments.")
    state = fields.Selection(
        {
            "queued": "Waiting",
            "sent": "Sent",
            "running": "Running",
            "done": "Done",
            "failed": "Failed",
            "cancelled": "Cancelled",
        },
        required=True,
        default="queued",
        index=True,
    )
    key = fields.Char(unique=True, copy=False, help="At most one waiting job with this key; empty: no limit.")
    user = fields.Many2one("core.user", label="In the name of", ondelete="restrict")
    lang = fields.Char(label="Language")
    attempts = fields.Integer(required=True, default=0)
    max_attempts = fields.Integer(label="Attempts at most", required=True, default=5)
    run_at = fields.Datetime(label="Not before", required=True, index=True)
    lease_until = fields.Datetime(index=True, help="A sent or running job past this time is sent again.")
    started_at = fields.Datetime()
    finished_at = fields.Datetime()
    worker = fields.Char(help="Names the very run.")
    progress = fields.Integer(label="Steps done", default=0)
    total = fields.Integer(label="Steps in all", help="Empty: not known.")
    result = fields.Json()
    error = fields.Text()


class Schedule(Model):
    """A job that comes again and again, once however many workers there are."""

    _name = "core.schedule"
    _label = "Scheduled job"
    _order = "name"
    _recycle = False

    name = fields.Char(required=True, unique=True, copy=False, help="Name of the job.")
    label = fields.Char()
    period = fields.Char(required=True, help="Such as 1d, or five fields of cron; may be changed by an administrator.")
    declared = fields.Char(readonly=True, help="The period that the addon declares.")
    planned = fields.Char(readonly=True, help="The period by which the next run was found.")
    active = fields.Boolean(default=True, track=True)
    next_run = fields.Datetime(index=True)
    last_run = fields.Datetime(readonly=True)
    last_job = fields.Many2one("core.job", ondelete="set null", readonly=True)
