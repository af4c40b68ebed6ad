"""``/system/jobs``: background jobs with state and error; retry and cancel (layer base)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.base.pages.administrators import bad_value, for_administrators
from core.base.pages.tables import SIZE, paged, pressed, when
from core.errors import ConflictError
from core.i18n import _
from core.jobs.admin import JobRow, cancel_job, list_jobs, retry_job
from core.render.admin import AdminRow, AdminTable, Cell, RowButton, Tab
from core.render.shell import Notice
from core.web.api import query
from core.web.pages.addresses import with_query
from core.web.pages.frame import framed, go_to

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response

PATH = "/system/jobs"
TONES: Mapping[str, str] = {
    "queued": "gr",
    "sent": "gr",
    "running": "ac",
    "done": "ok",
    "failed": "er",
    "cancelled": "gr",
}


@for_administrators
def show_jobs(call: Call) -> Response:
    """GET /system/jobs: ``state`` narrows, ``page`` pages."""
    query.only(call.request, ("state", "page"))
    state = call.request.args.get("state") or None
    if state is not None and state not in TONES:
        raise bad_value("state", state)
    page = max(1, query.whole_number(call.request, "page", 1, 100_000))
    outbox = call.host.outbox(call.env.database.name)
    name = call.env.database.name
    found = list_jobs(call.env, outbox.carrier, name, state=state, limit=SIZE + 1, offset=(page - 1) * SIZE)
    jobs, older, newer = paged(found, page, lambda number: with_query(PATH, {"state": state, "page": number}))
    words: Mapping[str, Any] = call.env.registry["core.job"].fields["state"].options  # type: ignore[attr-defined]  # a selection
    labels = {key: call.text(_(words[key])) for key in TONES}
    tabs = [Tab(call.text(_("All")), PATH, state is None)]
    tabs += [Tab(labels[key], with_query(PATH, {"state": key}), state == key) for key in TONES]
    heads = (_("Job"), _("State"), _("Attempts"), _("Not before"), _("Finished"), _("Error"))
    table = AdminTable(
        tuple(call.text(head) for head in heads),
        tuple(_row(call, job, labels) for job in jobs),
        PATH,
        call.text(_("No such jobs")),
        "clock-play",
        tuple(tabs),
        empty_hint=call.text(_("Long work and what runs at set times stands here with its state and its errors.")),
        older_url=older,
        newer_url=newer,
    )
    links = [(call.text(_("Scheduled jobs")), "/records/core.schedule?menu=base.menu_schedules", "calendar-repeat")]
    return framed(
        call, "admin_table.html", call.text(_("Background jobs")), table=table, note="", fault=None, links=links
    )


@for_administrators
def change_job(call: Call) -> Response:
    """POST /system/jobs: ``one`` is ``retry:<id>`` or ``cancel:<id>``.

    Raises:
        MissingRecord: There is no such job.
    """
    name, ids = pressed(call, ("retry", "cancel"))
    outbox = call.host.outbox(call.env.database.name)
    try:
        for number in ids:
            if name == "retry":
                retry_job(call.env, outbox, number)
                told = _("Queued again")
            else:
                told = (
                    _("Cancelled")
                    if cancel_job(call.env, outbox, number)
                    else _("Asked to stop; it does within seconds.")
                )
    except ConflictError as error:
        return go_to(PATH, Notice(call.text(error.message), "error"))
    return go_to(PATH, Notice(call.text(told)))


def _row(call: Call, job: JobRow, labels: Mapping[str, str]) -> AdminRow:
    buttons: tuple[RowButton, ...] = ()
    if job.state in ("failed", "cancelled"):
        buttons = (RowButton(call.text(_("Try again")), f"retry:{job.id}"),)
    elif job.state in ("queued", "sent", "running"):
        buttons = (RowButton(call.text(_("Cancel")), f"cancel:{job.id}"),)
    part = f"{job.progress} / {job.total}" if job.state == "running" and job.total else ""
    error = (job.error or "").strip()
    last = error.splitlines()[-1] if error else ""
    return AdminRow(
        job.id,
        (
            Cell(job.name, note=f"#{job.id}"),
            Cell(labels[job.state], tone=TONES[job.state], note=part),
            Cell(f"{job.attempts} / {job.max_attempts}"),
            Cell(when(call, job.run_at)),
            Cell(when(call, job.finished_at)),
            Cell(last[:300], title=error[:2000] or None, is_wide=True),
        ),
        buttons,
        job.name,
    )
