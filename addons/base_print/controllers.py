"""Addresses of printing: PDFs of one record or many, the templates of a model, and the page that designs one."""

from typing import Any
from urllib.parse import quote

from addons.base_print.services import design
from addons.base_print.services.print_records import (
    AT_ONCE,
    MOST,
    Printed,
    may_print,
    print_records,
    templates_for,
)
from core.api import (
    CoreError,
    Environment,
    MissingRecord,
    Page,
    Request,
    Response,
    ValidationError,
    _,
    find_attachment,
    formatter_for,
    go_to,
    has_right,
    id_of,
    route,
    selection_of,
)

PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""For the browser's viewer of PDF, which a sandbox would keep from working."""
CHOICES = ("paper", "orientation", "language")
"""Fields of which the page of a template offers the choices."""


@route("/print/<model>/<int:number>", writes=True)
def print_one(request: Request, env: Environment, model: str, number: int) -> Any:
    """GET /x/base_print/print/<model>/<id>?template=<id>: the PDF of one record."""
    if request.headers.get("HX-Request"):
        # The page would put the answer into itself; a browser that goes there shows it.
        return Response(status=204, headers={"HX-Redirect": request.full_path.rstrip("?")})
    return _answer(print_records(env, model, [number], _template(request.args.get("template"))))


@route("/print/<model>", methods=["POST"])
def print_batch(request: Request, env: Environment, model: str) -> Any:
    """POST /x/base_print/print/<model>: one PDF of the rows selected; many are drawn in the background."""
    selection = selection_of(request, model)
    rows = env[model].read(selection.domain, ["id"], selection.order, MOST + 1)
    if not may_print(env, model):
        env.guard.check_model(env, env.registry[model], "print")
    if not 0 < len(rows) <= MOST:
        return go_to(selection.back, _("Print 1 to %(most)s records at a time.", most=f"{MOST:,}"), kind="error")
    found = templates_for(env, model)
    if len(found) > 1 and "template" not in request.form:
        data = {
            "url": f"/x/base_print/print/{model}",
            "templates": [{"id": each.id, "name": each.name, "is_default": each.is_default} for each in found],
            "ids": [] if request.form.get("all") else [row["id"] for row in rows],
            "back": selection.back,
            "count": len(rows),
        }
        return Page("base_print/choose.html", _("Print as PDF"), data, model=model)
    ids = [row["id"] for row in rows]
    template = _template(request.form.get("template"))
    if len(ids) > AT_ONCE:
        env.defer("base_print.print_many", model=model, ids=ids, template=template)
        text = _("%(count)s records are being printed; a message tells when the file is ready", count=len(ids))
        return go_to(selection.back, text)
    return _answer(print_records(env, model, ids, template), is_download=True)


@route("/ready/<int:number>")
def show_ready(_request: Request, env: Environment, number: int) -> Any:
    """GET /x/base_print/ready/<id>: a print made in the background, for who asked for it."""
    file = find_attachment(env, number)
    url = f"/files/{file.id}/{quote(file.name, safe='')}"
    data = {"name": file.name, "size": -(-file.size // 1024), "url": url}
    return Page("base_print/ready.html", _("The print is ready"), data)


@route("/templates/<model>")
def list_templates(request: Request, env: Environment, model: str) -> Any:
    """GET /x/base_print/templates/<model>: the templates of a model."""
    info = design.require_design(env, model)
    templates = env["base.print.template"].search([["model", "=", model]])
    papers = env.registry["base.print.template"].fields["paper"].options
    shown, changed = formatter_for(env), env.registry["base.print.template"].fields["updated_at"]
    rows = [
        {
            "id": each.id,
            "name": each.name,
            "is_default": each.active and (each.is_default or at == 0),
            "active": each.active,
            "paper": _(papers[each.paper]),
            "documents": each.copies * max(1, len(each.part_names)),
            "parts": each.part_names,
            "updated_at": shown.show(changed, each.updated_at).text,
        }
        for at, each in enumerate(sorted(templates, key=lambda each: not each.active))
    ]
    data = {"rows": rows, "object": model, "label": _(info.label)}
    return Page("base_print/templates.html", _("Print templates: %(label)s", label=_(info.label)), data, model=model)


@route("/templates/<model>", methods=["POST"])
def change_template(request: Request, env: Environment, model: str) -> Any:
    """POST /x/base_print/templates/<model>: make one the default, put it aside or take it back."""
    design.require_design(env, model)
    template = _of_model(env, model, _template(request.form.get("template")))
    changes = {
        "default": ({"is_default": True, "active": True}, _("Printed unless another one is chosen: %(name)s")),
        "retire": ({"active": False, "is_default": False}, _("Put aside: %(name)s")),
        "restore": ({"active": True}, _("Taken back: %(name)s")),
    }
    if request.form.get("do") not in changes:
        raise MissingRecord(_("There is no such action."))
    values, told = changes[request.form["do"]]
    with env.elevated(reason=f'print template "{template.name}" of {model}: {request.form["do"]}'):
        template.update(**values)
    return go_to(f"/x/base_print/templates/{model}", _(told.msgid, name=template.name))


@route("/design/<model>/new")
@route("/design/<model>/new", methods=["POST"])
def design_new(request: Request, env: Environment, model: str) -> Any:
    """GET and POST /x/base_print/design/<model>/new: make a template, from the form of the model or as a copy of another."""
    info = design.require_design(env, model)
    if request.method == "POST":
        return _designed(request, env, info, None)
    copied = _template(request.args.get("copy"))
    if copied is None:
        values = design.new_values(env, model)
    else:
        values = {**design.values_of(_of_model(env, model, copied)), "name": "", "is_default": False}
    return _page(request, env, info, None, values)


@route("/design/<int:number>")
@route("/design/<int:number>", methods=["POST"])
def design_template(request: Request, env: Environment, number: int) -> Any:
    """GET and POST /x/base_print/design/<id>: change a template and see how it prints."""
    if not has_right(env, design.RIGHT):
        design.require_design(env, "")
    template = env["base.print.template"].get(number)
    info = design.require_design(env, template.model)
    if request.method == "POST":
        return _designed(request, env, info, template)
    return _page(request, env, info, template, design.values_of(template))


def _designed(request: Request, env: Environment, info: Any, template: Any) -> Any:
    """Preview or save what was typed; what is wrong is told at its line, and nothing typed is lost."""
    typed = design.typed_values(request.form)
    try:
        values = design.checked_values(typed)
        if request.form.get("do") == "preview":
            return _page(request, env, info, template, typed, drawn=_preview(request, env, info, values))
        with env.savepoint():
            saved = design.save_template(env, info.name, template, values)
    except ValidationError as error:
        first = error.faults[0] if error.faults else error
        return _page(request, env, info, template, typed, fault=first, status=422)
    return go_to(f"/x/base_print/design/{saved.id}?record={request.form.get('record', '')}", _("Saved"))


def _preview(request: Request, env: Environment, info: Any, values: Any) -> Any:
    record = _template(request.form.get("record"))
    if record is None:
        raise ValidationError(_("Choose a record for the preview."), field="record")
    with env.savepoint():
        return design.preview(env, info.name, values, record)


def _page(
    request: Request,
    env: Environment,
    info: Any,
    template: Any,
    values: Any,
    *,
    drawn: Any = None,
    fault: CoreError | None = None,
    status: int = 200,
) -> Page:
    fields = env.registry["base.print.template"].fields
    data = {
        "object": info.name,
        "label": _(info.label),
        "number": None if template is None else template.id,
        "values": {name: "" if value is None else value for name, value in values.items()},
        "choices": {name: [(key, _(label)) for key, label in fields[name].options.items()] for name in CHOICES},
        "samples": design.samples(env, info),
        "record": request.values.get("record", ""),
        "fields": design.field_list(env, info),
        "pictures": [] if drawn is None else design.as_pictures(drawn),
        "pages": 0 if drawn is None else drawn.pages,
        "is_preview": request.form.get("do") == "preview",
        "may_print": may_print(env, info.name),
        "fault": None
        if fault is None
        else {"text": fault.message, "hint": fault.hint, "field": fault.field or "", "line": fault.where.line},
    }
    title = _("New print template") if template is None else template.name
    return Page("base_print/design.html", title, data, model=info.name, status=status)


def _of_model(env: Environment, model: str, number: int | None) -> Any:
    template = None if number is None else env["base.print.template"].find(number)
    if template is None or template.model != model:
        raise MissingRecord(_("There is no such print template."))
    return template


def _template(text: str | None) -> int | None:
    """Return the id that a parameter gives; None for none.

    Raises:
        MissingRecord: It is no id.
    """
    if not text:
        return None
    number = id_of(text)
    if number is None:
        raise MissingRecord(_("There is no such print template."))
    return number


def _answer(printed: Printed, *, is_download: bool = False) -> Response:
    response = Response(printed.content, mimetype="application/pdf")
    kind = "attachment" if is_download else "inline"
    plain = "".join(
        char if char.isascii() and char.isprintable() and char not in '"\\' else "_" for char in printed.name
    )
    name = f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(printed.name, safe='')}"
    response.headers["Content-Disposition"] = name
    response.headers["Content-Security-Policy"] = PDF_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
