"""Large imports and their undoing, and the tidying up of old ones."""

from __future__ import annotations

from typing import Any

from addons.base_exchange.services import imports
from addons.base_exchange.services.duplicates import search
from core.api import Environment, JobContext, get_parameter, job, schedule

_TIMEOUT_S = 7200.0


@job(max_attempts=2, timeout_s=_TIMEOUT_S)
def run_import(env: Environment, job: JobContext, import_id: int, is_trial: bool) -> None:
    """Run an import, or its trial, in one transaction."""
    total = env["base.import"].get(import_id).rows
    imports.execute(env, import_id, is_trial=is_trial, progress=lambda done: job.progress(min(done, total), total))


@job(max_attempts=2, timeout_s=_TIMEOUT_S)
def undo_import(env: Environment, job: JobContext, import_id: int, keep_changed: bool) -> None:
    """Undo an import in one transaction."""
    record = env["base.import"].get(import_id)
    total = record.created_count + record.updated_count
    imports.execute_undo(
        env,
        import_id,
        keep_changed=keep_changed,
        progress=lambda done: job.progress(min(done, total), total),
    )


@job(max_attempts=2, timeout_s=_TIMEOUT_S)
def find_duplicates(job: JobContext, model: str) -> int:
    """Look for duplicates among all records that the user sees; return how many records that were."""

    # Read in one transaction, compared in none: it takes seconds in which others want to write.
    def read(env: Environment) -> Any:
        total = env[model].count()
        job.progress(0, total)
        return search.candidates_of(env, model, lambda done: job.progress(min(done, total), total + 1))

    candidates = job.run(read)
    pairs = search.find_pairs(candidates)
    job.run(lambda env: search.keep(env, model, (pairs, len(candidates))))
    return len(candidates)


@schedule(every="1d", at="03:30")
def forget_old_imports(env: Environment) -> None:
    """Delete the journals and files of imports that can no longer be undone."""
    imports.forget_old(env, get_parameter(env, "base_exchange.undo_days"))
