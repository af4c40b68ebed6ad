"""How far a background job is, for the page that waits for it (layer web)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.jobs.admin import find_job

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.web.request import Request


@dataclass(frozen=True)
class JobProgress:
    """A background job as of now."""

    state: str
    """``queued``, ``sent``, ``running``, ``done``, ``failed`` or ``cancelled``."""
    done: int
    total: int | None
    """How much there is to do; None if not known."""
    error: str | None
    """Why the last run failed; None if it did not."""


def job_progress(request: Request, env: Environment, job_id: int) -> JobProgress | None:
    """Return how far a background job is, also while its transaction is still open; None if there is no such job.

    The caller has checked that the user may know.

    Args:
        request: The request of a route.
        env: Its environment.
        job_id: What `Environment.defer` returned.
    """
    call: Any = request.call
    name = env.database.name
    found = find_job(env, call.host.outbox(name).carrier, name, job_id)
    return None if found is None else JobProgress(found.state, found.progress, found.total, found.error)
