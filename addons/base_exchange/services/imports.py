"""The life of an import: upload, trial run, import, undo. Who asks has the right to import, and sees own imports only."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from addons.base_exchange.services import memory
from addons.base_exchange.services.analysis import analyse
from addons.base_exchange.services.plan import Plan
from addons.base_exchange.services.reading.limits import limits_of
from addons.base_exchange.services.reading.source import ReadOptions
from addons.base_exchange.services.run import Outcome, Progress, bad_rows_of, run
from addons.base_exchange.services.system import as_system
from addons.base_exchange.services.writing.badrows import BadRows
from addons.base_exchange.services.writing.journal import seal
from addons.base_exchange.services.writing.undo import MOST_TOLD, LaterChanges, Undone, undo
from core.api import (
    AccessDenied,
    ConflictError,
    CoreError,
    Environment,
    FileBatch,
    JobError,
    RetryableError,
    ValidationError,
    _,
    find_attachment,
    read_attachment,
    store_attachment,
    write_audit,
)

INLINE = 2000
"""Up to so many rows are worked off while the user waits; more by a background job."""
OPEN = ("draft", "checked", "refused")
"""States in which an import may be changed and run."""


def may_import(env: Environment, model: str) -> bool:
    """Whether the user may import into a model. No statement beyond those that rights cost once."""
    info = env.registry.models.get(model)
    if info is None or info.is_log or not _is_business(env, model):
        return False
    if env.is_elevated:
        return True
    try:
        env.guard.check_model(env, info, "import")
        env.guard.check_model(env, info, "create")
    except AccessDenied:
        return False
    return True


def _is_business(env: Environment, model: str) -> bool:
    """Whether a model holds what people bring in; rights and settings of the core are no matter of spreadsheets."""
    return env.registry[model].addon != "base" or model in ("core.user", "core.department", "core.dictionary.item")


def start(env: Environment, model: str, name: str, content: IO[bytes] | bytes) -> int:
    """Keep a file, look through it, and return the id of its import.

    Raises:
        AccessDenied: The user may not import into the model.
        ValidationError: The file can't be read; nothing is kept.
    """
    if not may_import(env, model):
        raise AccessDenied(_("You may not import: %(model)s.", model=_(env.registry[model].label)))
    system = as_system(env)
    record = system["base.import"].create({"name": Path(name).name[:255], "model": model, "user": env.uid})
    system.flush()
    source = store_attachment(system, name, content, model="base.import", record_id=record.id, field="source")
    with _local(system, source.id) as path:
        plan, facts = analyse(env, path, model, ReadOptions(), limits_of(env))
    record.update(source=source.id, plan=plan.to_json(), analysis=facts, rows=facts["rows"])
    system.flush()
    return int(record.id)


def read_again(env: Environment, import_id: int, options: ReadOptions, header_row: int | None) -> None:
    """Read the file of an import in another way, as the user chose."""
    record = open_import(env, import_id)
    with _local(record.env, record.source.id) as path:
        plan, facts = analyse(env, path, record.model, options, limits_of(env), header_row)
    record.update(plan=plan.to_json(), analysis=facts, rows=facts["rows"], state="draft", report=None)
    record.env.flush()


def open_import(env: Environment, import_id: int, *, states: tuple[str, ...] = OPEN) -> Any:
    """Return an import, as the system sees it, in one of ``states``.

    Raises:
        MissingRecord: There is none that the user may see.
        AccessDenied: It is somebody else's, or the right to import is gone.
        ConflictError: It is in another state.
    """
    own = env["base.import"].get(import_id)
    if not may_import(env, own.model) or not (
        env.is_elevated or own.user.id == env.uid or env.guard.has_group(env, "base.administrator")
    ):
        raise AccessDenied(_("You may not import: %(model)s.", model=own.model))
    record = as_system(env)["base.import"].get(import_id)
    if record.state not in states:
        raise ConflictError(
            _("This import is in another state by now."), code="conflict.import_state", hint=_("load the page anew")
        )
    return record


def set_plan(env: Environment, import_id: int, plan: Plan) -> None:
    """Keep the mapping that the user chose."""
    record = open_import(env, import_id)
    record.update(plan=plan.to_json(), state="draft")
    record.env.flush()


def begin(env: Environment, import_id: int, *, is_trial: bool) -> None:
    """Run an import or its trial: at once if it is small, else by a background job."""
    record = open_import(env, import_id)
    if record.rows <= INLINE:
        execute(env, import_id, is_trial=is_trial)
        return
    job = env.defer("base_exchange.run_import", import_id=import_id, is_trial=is_trial)
    record.update(state="checking" if is_trial else "running", job=job)
    record.env.flush()


def execute(env: Environment, import_id: int, *, is_trial: bool, progress: Progress | None = None) -> None:
    """Run an import or its trial in the transaction of ``env``, and keep what came of it."""
    record = open_import(env, import_id, states=(*OPEN, "checking", "running"))
    plan = Plan.from_json(record.plan)
    system = record.env
    with ExitStack() as stack:
        path = stack.enter_context(_local(system, record.source.id))
        bad_rows = bad_rows_of(env, plan, stack)
        try:
            outcome = run(
                env,
                path,
                plan,
                limits=limits_of(env),
                is_trial=is_trial,
                progress=progress,
                bad_rows=bad_rows,
            )
        except (JobError, RetryableError):
            raise
        except CoreError as error:
            report = {"error": env.services.text(error.message, env.lang)}
            record.update(state="refused", report=report, finished_at=env.now())
            system.flush()
            return
        _keep_outcome(env, record, plan, outcome, bad_rows, is_trial=is_trial)


def _keep_outcome(
    env: Environment, record: Any, plan: Plan, outcome: Outcome, bad_rows: BadRows, *, is_trial: bool
) -> None:
    system = record.env
    report = outcome.to_json(lambda message: env.services.text(message, env.lang))
    did_something = outcome.is_kept and (
        not outcome.counts.wrong or outcome.counts.created + outcome.counts.updated > 0
    )
    values: dict[str, Any] = {
        "state": "checked" if is_trial else "done" if did_something else "refused",
        "report": report,
        "finished_at": env.now(),
        "wrong_count": outcome.counts.wrong,
        "bad_rows": None,
    }
    if outcome.is_kept:
        values |= {f"{name}_count": getattr(outcome.counts, name) for name in ("created", "updated", "skipped")}
    if bad_rows.count:
        stem = Path(record.name).stem
        kept = store_attachment(
            system, f"{stem}-errors.csv", bad_rows.opened(), model="base.import", record_id=record.id, field="bad_rows"
        )
        values["bad_rows"] = kept.id
    record.update(values)
    system.flush()
    if outcome.is_kept:
        outcome.journal.write(system, record.id, plan.model)
        memory.remember(env, plan)
        _audit(env, record, "import", asdict(outcome.counts))


def keep_from_command(env: Environment, name: str, plan: Plan, outcome: Outcome, batch: FileBatch | None) -> None:
    """Keep an import that the command line made, so that it can be undone on its page, or with all of its set."""
    system = as_system(env)
    counts = outcome.counts
    record = system["base.import"].create(
        {
            "name": name[:255],
            "model": plan.model,
            "batch": None if batch is None else batch.name,
            "user": env.uid,
            "state": "done",
            "plan": plan.to_json(),
            "report": outcome.to_json(lambda message: env.services.text(message, env.lang)),
            "analysis": {"rows": outcome.rows, "columns": len(plan.columns)},
            "finished_at": env.now(),
            "rows": outcome.rows,
            "created_count": counts.created,
            "updated_count": counts.updated,
            "skipped_count": counts.skipped,
            "wrong_count": counts.wrong,
        }
    )
    system.flush()
    outcome.journal.write(system, record.id, plan.model)
    if batch is not None:
        seal(system, batch.imports)
        batch.imports.append(record.id)
    _audit(env, record, "import", asdict(counts))


def begin_undo(env: Environment, import_id: int, *, keep_changed: bool) -> None:
    """Undo an import: at once if it is small, else by a background job."""
    record = open_import(env, import_id, states=("done",))
    if record.created_count + record.updated_count <= INLINE:
        execute_undo(env, import_id, keep_changed=keep_changed)
        return
    job = env.defer("base_exchange.undo_import", import_id=import_id, keep_changed=keep_changed)
    record.update(state="undoing", job=job)
    record.env.flush()


def execute_undo(
    env: Environment,
    import_id: int,
    *,
    keep_changed: bool,
    is_checked: bool = False,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Undo an import in the transaction of ``env``, and keep what came of it.

    Where records were changed later and are not to be left alone, nothing is undone, and the report names them. ``is_checked`` says that
    the caller has made sure that there are none.

    Raises:
        ValidationError: Its journal is gone: it is too old.
    """
    record = open_import(env, import_id, states=("done", "undoing"))
    system = record.env
    if not system["base.import.entry"].exists([["import_run", "=", import_id]]):
        raise ValidationError(_("This import can't be undone any more, or it changed nothing."), code="import.too_old")
    report = dict(record.report or {})
    try:
        result = undo(system, import_id, keep_changed=keep_changed, is_checked=is_checked, progress=progress)
    except LaterChanges as error:
        result = Undone(kept=error.kept)
        values: dict[str, Any] = {"state": "done"}
    else:
        values = {"state": "undone", "undone_at": env.now(), "undone_by": env.uid}
        _audit(env, record, "undo_import", {"deleted": result.deleted, "restored": result.restored})
    told = [{**asdict(each), "reason": env.services.text(each.reason, env.lang)} for each in result.kept[:MOST_TOLD]]
    counts = {"deleted": result.deleted, "restored": result.restored, "gone": result.gone}
    report["undo"] = {**counts, "kept_count": len(result.kept), "kept": told}
    record.update(values, report=report)
    system.flush()


def _audit(env: Environment, record: Any, kind: str, detail: dict[str, Any]) -> None:
    info = env.registry[record.model]
    write_audit(
        env,
        kind,
        f"{record.name} → {info.label}",
        model=record.model,
        detail={"import": record.id, **{name: count for name, count in detail.items() if count}},
    )


@contextmanager
def _local(system: Environment, attachment_id: int) -> Iterator[Path]:
    """Give an attached file as a file of this machine, gone afterwards."""
    with tempfile.NamedTemporaryFile(prefix="tangram-import-") as file:
        for piece in read_attachment(system, find_attachment(system, attachment_id)):
            file.write(piece)
        file.flush()
        yield Path(file.name)


def forget_old(env: Environment, days: int) -> int:
    """Delete journals and files of imports that ended more than ``days`` days ago; return how many imports that were."""
    before = env.now() - datetime.timedelta(days=days)
    old = env["base.import"].search([["created_at", "<", before], ["plan", "is_set", True]])
    for record in old:
        env["base.import.entry"].delete([["import_run", "=", record.id]])
        files = [file.id for file in (record.source, record.bad_rows) if file is not None]
        record.update(source=None, bad_rows=None, plan=None, analysis=None)
        env.flush()
        if files:
            env["core.attachment"].delete(files)
    return len(old)
