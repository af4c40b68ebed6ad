"""Prints of many records: drawn in the background, kept as a file for some days, and told to who asked."""

import datetime as dt

from addons.base_print.services.print_records import (
    choose_layout,
    draw_order,
    file_name,
    note_print,
    order_of,
)
from core.api import Environment, JobContext, _, job, notify, schedule, store_attachment

KEEP_DAYS = 14
"""After so many days the file of a print goes to the recycle bin."""


@job(max_attempts=2, timeout_s=1800)
def print_many(job: JobContext, model: str, ids: list[int], template: int | None) -> None:
    """Print records into a file."""
    # Drawn outside a transaction, for it takes seconds in which others want to write.
    order = job.run(lambda env: order_of(env, model, ids, choose_layout(env, model, template)))
    job.progress(0, 2)
    drawn = draw_order(order)
    job.progress(1, 2)

    def keep(env: Environment) -> None:
        label = env.services.text(_(env.registry[model].label), env.lang)
        file = store_attachment(env, file_name(order, label), drawn.parts[0])
        env.flush()
        note_print(env, order, drawn, file)
        text = _("%(count)s records, %(pages)s pages", count=len(order.ids), pages=drawn.pages)
        notify(env, [env.uid], _("The print is ready"), text=text, url=f"/x/base_print/ready/{file.id}")

    job.run(keep)
    job.progress(2, 2)


@schedule(every="1d", at="03:40")
def forget_files(env: Environment) -> int:
    """Put the files of old prints into the recycle bin; return how many."""
    old = [["file", "is_set"], ["at", "<", env.now() - dt.timedelta(days=KEEP_DAYS)]]
    logs = env["base.print.log"]
    files = [row["file"] for row in logs.read(old, ["file"], limit=1000)]
    logs.update([["file", "in", files]], {"file": None})
    env["core.attachment"].delete([["id", "in", files]])
    return len(files)
