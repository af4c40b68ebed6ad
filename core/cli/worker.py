"""``tangram worker``: runs background jobs in a process of its own. Layer: cli."""

from __future__ import annotations

import click

from core.cli.installation import Installation, pass_installation
from core.cli.serve import begin_logging
from core.errors import JobError
from core.i18n import _
from core.jobs import HueyCarrier, Worker


@click.command("worker")
@click.option("--threads", type=click.IntRange(1, 64), help="Jobs at once; without it the setting job_threads.")
@pass_installation
def command(installation: Installation, threads: int | None) -> None:
    """Run background jobs until SIGTERM or Ctrl-C; jobs under way are finished first."""
    installation.require()
    app = installation.application
    begin_logging(app)
    carrier = app.carrier
    if not isinstance(carrier, HueyCarrier):
        raise JobError(_("This carrier of jobs needs no worker."), code="job.carrier")
    names = None if installation.database_name is None else [installation.database.name]
    worker = Worker(app, carrier, names, threads=threads or max(1, app.settings.job_threads))
    worker.run(lambda: installation.say(_("Waiting for jobs.")))
    installation.say(_("Stopped."))
