"""Pages of the import: choose a file, match columns, look at the trial run, import, undo."""

from __future__ import annotations

import csv
import io
from typing import Any

from addons.base_exchange.services import imports, pages
from addons.base_exchange.services.matching.targets import targets_of
from addons.base_exchange.services.plan import Column, Plan
from addons.base_exchange.services.reading.encoding import ENCODINGS
from addons.base_exchange.services.reading.source import ReadOptions
from core.api import (
    AccessDenied,
    CoreError,
    Environment,
    MissingRecord,
    Page,
    Request,
    Response,
    ValidationError,
    _,
    go_to,
    route,
)

_EARLIER = 8
_BUSY = ("checking", "running", "undoing")


@route("/import/<model>")
def ask(request: Request, env: Environment, model: str) -> Page:
    """Ask for the file."""
    return _ask(env, model)


@route("/import/<model>", methods=["POST"], upload=True)
def upload(request: Request, env: Environment, model: str) -> Any:
    """Take a file, look through it and go on to its columns."""
    _require(env, model)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _ask(env, model, _("Choose a file."))
    try:
        with env.savepoint():
            number = imports.start(env, model, sent.filename, sent.stream)
    except ValidationError as error:
        return _ask(env, model, error.message, error.hint)
    return go_to(f"{pages.BASE}/run/{number}")


@route("/template/<model>")
def template(request: Request, env: Environment, model: str) -> Response:
    """Send an empty table with the headings that the import knows."""
    _require(env, model)
    labels = [env.services.text(target.label, env.lang) for target in targets_of(env, model).values() if target.field]
    text = io.StringIO(newline="")
    csv.writer(text).writerow(labels)
    response = Response(("\ufeff" + text.getvalue()).encode(), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{model}.csv")
    return response


@route("/run/<int:number>")
def show(request: Request, env: Environment, number: int) -> Page:
    """Show an import in the state it is in."""
    record, plan = _opened(env, number)
    if record.state == "draft":
        return _mapping(env, record, plan)
    if record.state in _BUSY:
        return Page(
            "base_exchange/progress.html",
            _title(env, plan),
            pages.progress_data(request, env, record, plan),
            model=plan.model,
        )
    return _result(env, record, plan)


@route("/run/<int:number>/progress")
def progress(request: Request, env: Environment, number: int) -> Any:
    """Send how far a background job is, or to the page where it has ended."""
    record, plan = _opened(env, number)
    data = pages.progress_data(request, env, record, plan)
    return Page("base_exchange/progress_part.html", None, {**data, "is_over": record.state not in _BUSY})


@route("/run/<int:number>/mapping")
def mapping(request: Request, env: Environment, number: int) -> Page:
    """Show the columns again."""
    record = imports.open_import(env, number)
    return _mapping(env, record, Plan.from_json(record.plan))


@route("/run/<int:number>/read", methods=["POST"])
def read_again(request: Request, env: Environment, number: int) -> Any:
    """Read the file as the user says: encoding, delimiter, sheet, row of the headings."""
    form = request.form
    encoding = form.get("encoding") or None
    if encoding is not None and encoding not in ENCODINGS:
        raise ValidationError(_("This encoding is not known."), field="encoding")
    delimiter = {"tab": "\t"}.get(form.get("delimiter", ""), form.get("delimiter") or None)
    options = ReadOptions(encoding, delimiter[:1] if delimiter else None, _whole(form.get("sheet")) or 0)
    try:
        with env.savepoint():
            imports.read_again(env, number, options, _whole(form.get("header_row")))
    except ValidationError as error:
        record = imports.open_import(env, number)
        return _mapping(env, record, Plan.from_json(record.plan), error)
    return go_to(f"{pages.BASE}/run/{number}/mapping")


@route("/run/<int:number>/check", methods=["POST"])
def check(request: Request, env: Environment, number: int) -> Any:
    """Keep the mapping and run the trial."""
    record = imports.open_import(env, number)
    plan = _sent_plan(request, Plan.from_json(record.plan))
    try:
        with env.savepoint():
            plan.check(targets_of(env, plan.model))
    except ValidationError as error:
        return _mapping(env, record, plan, error)
    imports.set_plan(env, number, plan)
    imports.begin(env, number, is_trial=True)
    return go_to(f"{pages.BASE}/run/{number}")


@route("/run/<int:number>/adopt", methods=["POST"])
def adopt(request: Request, env: Environment, number: int) -> Any:
    """Accept proposals and run the trial again."""
    record = imports.open_import(env, number, states=("checked", "refused"))
    plan = Plan.from_json(record.plan)
    groups = (record.report or {}).get("groups", [])
    chosen: dict[int, str] = {}
    takes_all = request.form.get("all") == "1"
    for place, group in enumerate(groups):
        text = request.form.get(f"p{place}") or (group["proposals"][0] if takes_all and group["is_certain"] else "")
        if text:
            chosen[place] = text
    count = pages.adopted(plan, groups, chosen)
    imports.set_plan(env, number, plan)
    imports.begin(env, number, is_trial=True)
    return go_to(f"{pages.BASE}/run/{number}", _("%(count)s proposals accepted", count=count))


@route("/run/<int:number>/start", methods=["POST"])
def start(request: Request, env: Environment, number: int) -> Any:
    """Import."""
    record = imports.open_import(env, number)
    plan = Plan.from_json(record.plan)
    plan.errors = "skip" if request.form.get("errors") == "skip" else "stop"
    plan.duplicates = "skip" if request.form.get("duplicates") == "skip" else "import"
    imports.set_plan(env, number, plan)
    imports.begin(env, number, is_trial=False)
    return go_to(f"{pages.BASE}/run/{number}")


@route("/run/<int:number>/undo", methods=["POST"])
def undo(request: Request, env: Environment, number: int) -> Any:
    """Undo an import; with ``keep`` records that were changed later stay."""
    imports.open_import(env, number, states=("done",))
    try:
        with env.savepoint():
            imports.begin_undo(env, number, keep_changed=request.form.get("keep") == "1")
    except ValidationError as error:
        return go_to(f"{pages.BASE}/run/{number}", error.message, kind="error")
    return go_to(f"{pages.BASE}/run/{number}")


@route("/run/<int:number>/again", methods=["POST"])
def again(request: Request, env: Environment, number: int) -> Any:
    """Take an import whose background job has failed back to its columns."""
    record = imports.open_import(env, number, states=("checking", "running", "undoing"))
    data = pages.progress_data(request, env, record, Plan.from_json(record.plan))
    if data["has_failed"]:
        record.update(state="done" if record.state == "undoing" else "draft", job=None)
        record.env.flush()
    return go_to(f"{pages.BASE}/run/{number}")


def _require(env: Environment, model: str) -> None:
    """Refuse who may not import; of a model that may not even be read nothing is told."""
    info = env.registry.models.get(model)
    if info is None:
        raise MissingRecord(_("There is no such object."))
    if not imports.may_import(env, model):
        env.guard.check_model(env, info, "import")
        raise AccessDenied(_("You may not import: %(model)s.", model=_(info.label)))


def _opened(env: Environment, number: int) -> tuple[Any, Plan]:
    record = imports.open_import(env, number, states=(*imports.OPEN, *_BUSY, "done", "undone"))
    if record.plan is None:
        raise MissingRecord(_("The file and the journal of this import were deleted, since it is too old."))
    return record, Plan.from_json(record.plan)


def _title(env: Environment, plan: Plan) -> Any:
    return _("Import: %(model)s", model=_(env.registry[plan.model].label))


def _ask(env: Environment, model: str, fault: Any = None, hint: Any = None) -> Page:
    _require(env, model)
    info = env.registry[model]
    names = ["name", "state", "created_at", "created_count", "updated_count"]
    states = env.registry["base.import"].fields["state"].options
    earlier = env["base.import"].read([["model", "=", model], ["user", "=", env.uid]], names, limit=_EARLIER)
    data = {
        "url": f"{pages.BASE}/import/{model}",
        "template_url": f"{pages.BASE}/template/{model}",
        "list_url": f"/records/{model}",
        "label": _(info.label),
        "fault": fault,
        "hint": hint,
        "steps": [(label, "on" if place == 0 else "") for place, label in enumerate(pages.STEPS)],
        "required": [target.label for target in targets_of(env, model).values() if target.required],
        "earlier": [
            {**row, "label": _(states[row["state"]]), "url": f"{pages.BASE}/run/{row['id']}", "tone": row["state"]}
            for row in earlier
        ],
    }
    title = _("Import: %(model)s", model=_(info.label))
    return Page("base_exchange/ask.html", title, data, model=model, status=422 if fault else 200)


def _mapping(env: Environment, record: Any, plan: Plan, error: CoreError | None = None) -> Page:
    data = {**pages.mapping_data(env, record, plan), "fault": None if error is None else error.message}
    status = 422 if error is not None else 200
    return Page("base_exchange/mapping.html", _title(env, plan), data, model=plan.model, status=status)


def _result(env: Environment, record: Any, plan: Plan) -> Page:
    data = pages.result_data(env, record, plan, lambda message: env.services.text(message, env.lang))
    return Page("base_exchange/result.html", _title(env, plan), data, model=plan.model)


def _sent_plan(request: Request, plan: Plan) -> Plan:
    """Return the plan with what the form says."""
    form = request.form
    columns: list[Column] = []
    for place, column in enumerate(plan.columns):
        target = form.get(f"c{place}") or None
        before = (column.target or "").partition(".")[0] or None
        if target != before:
            column = Column(column.header, target)
        column.create = form.get(f"n{place}") == "1"
        columns.append(column)
    plan.columns = columns
    key = form.get("key") or ""
    plan.key = [key] if key else []
    for name in ("existing", "empty", "date_order"):
        setattr(plan, name, form.get(name) or getattr(Plan(plan.model), name))
    plan.insert = form.get("insert") == "1" or not plan.key
    return plan


def _whole(text: str | None) -> int | None:
    """Return a small whole number, None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else None
