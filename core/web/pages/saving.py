"""What forms send: save, delete, copy, call an action (layer web; CORE-35).

A refused save answers with the form again (422, or 409 after somebody else's change): what was typed stays, each fault stands at its
input. The transaction is rolled back before the form is made anew, so nothing of a refused save is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.errors import ConflictError, CoreError, UnknownNameError, ValidationError
from core.i18n import _
from core.orm.fields import One2many
from core.render.shell import Notice
from core.web.api import query
from core.web.api.arguments import needs_arguments
from core.web.api.models import visible_record
from core.web.errors import leaves, not_found
from core.web.pages.addresses import record_url
from core.web.pages.conflicts import conflict_of
from core.web.pages.formbuttons import saving_actions
from core.web.pages.formparts import FormBuilder
from core.web.pages.forms import PARAMETERS, defaults_for, render_form, safe_back, view_of_form
from core.web.pages.formvalues import Sent, read_form
from core.web.pages.frame import formatter_of, go_to
from core.web.pages.neighbours import kept_query, list_url
from core.web.pages.viewing import names_for, types_for

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.views import View
    from core.web.call import Call
    from core.web.request import Response


def create_record(call: Call, model: str) -> Response:
    """POST /records/<model>/new: save a new record."""
    info, view = view_of_form(call, model)
    query.only(call.request, PARAMETERS)
    call.env.guard.check_model(call.env, info, "create")
    defaults = defaults_for(call, info, view)
    blank = call.env[model].new(defaults)
    sent = read_sent(call, info, view, blank)
    try:
        with call.env.savepoint():
            if sent.faults:
                raise faulty(sent.faults, info)
            record = call.env[model].create({**defaults, **sent.values})
            _go_on(call, view, record)
    except (ValidationError, UnknownNameError, ConflictError) as error:
        return _refused(call, info, view, call.env[model].new(defaults), error, sent)
    notice = Notice(call.text(_("%(name)s saved", name=record.display_name)))
    if call.request.form.get("then") == "new":
        again = {name: call.request.args.get(name) for name in ("menu", "defaults", "back")}
        return go_to(record_url(info.name, "new", **again), notice)
    return go_to(safe_back(call) or record_url(info.name, record.id, menu=call.request.args.get("menu")), notice)


def update_record(call: Call, model: str, number: str) -> Response:
    """POST /records/<model>/<id>: save the changes of a form."""
    info, view = view_of_form(call, model)
    query.only(call.request, PARAMETERS)
    record = visible_record(call.env, info, number)
    sent = read_sent(call, info, view, record)
    try:
        with call.env.savepoint():
            _expect_shown(call, record)
            if sent.faults:
                # Without the right the answer is a refusal, whatever was typed.
                call.env.guard.check_model(call.env, info, "update")
                call.env.check_rows(info, "update", [record])
                raise faulty(sent.faults, info)
            call.env[model].write(record, changed(info, record, sent))
            _go_on(call, view, record)
    except (ValidationError, UnknownNameError, ConflictError) as error:
        return _refused(call, info, view, visible_record(call.env, info, number), error, sent)
    target = safe_back(call) or record_url(info.name, record.id, **kept_query(call))
    return go_to(target, Notice(call.text(_("%(name)s saved", name=record.display_name))))


def delete_record(call: Call, model: str, number: str) -> Response:
    """POST /records/<model>/<id>/delete: move the record to the recycle bin."""
    info, _view = view_of_form(call, model)
    record = visible_record(call.env, info, number)
    name = record.display_name
    call.env[model].delete([record])
    call.env.flush()
    words = _("%(name)s moved to the recycle bin", name=name) if info.recycle else _("%(name)s deleted", name=name)
    return go_to(list_url(call, info), Notice(call.text(words)))


def copy_record(call: Call, model: str, number: str) -> Response:
    """POST /records/<model>/<id>/copy: make a copy and open it for changing."""
    info, _view = view_of_form(call, model)
    record = visible_record(call.env, info, number)
    made = record.copy()
    call.env.flush()
    return go_to(f"{record_url(info.name, made.id)}/edit", Notice(call.text(_("Copy made"))))


def press_button(call: Call, model: str, number: str, name: str) -> Response:
    """POST /records/<model>/<id>/actions/<name>: call an action or transition; a refusal is told on the record's page.

    What was pressed on a page that shows an older version is refused, so that nobody approves what they have not seen, nor takes two
    steps by pressing twice.
    """
    info, _view = view_of_form(call, model)
    record = visible_record(call.env, info, number)
    action = info.actions.get(name)
    if action is None or needs_arguments(info, action):
        raise not_found()
    here = record_url(info.name, record.id, **kept_query(call))
    try:
        with call.env.savepoint():
            _expect_shown(call, record)
            result = getattr(record, name)()
    except (ValidationError, ConflictError) as error:
        return go_to(here, Notice(call.translator.render_error(error, call.lang), "error"))
    is_there = call.env.browse(info.name, int(number)) is not None
    held = (
        is_there and action.field is not None and result is not None and getattr(record, action.field) != action.target
    )
    label = _(action.label)
    words = _("%(action)s: handed in, not done yet", action=label) if held else _("%(action)s: done", action=label)
    if action.field is None and (made := _made(call, record, result)) is not None:
        return go_to(made, Notice(call.text(words)))
    # Some actions end with a record that their caller may not see any more, such as giving it away.
    stays = is_there and call.env[info.name].exists([["id", "=", int(number)]])
    return go_to(here if stays else list_url(call, info), Notice(call.text(words)))


def _expect_shown(call: Call, record: Any) -> None:
    """Ask whether the record is still as the page showed it, if the page said which version it showed.

    Raises:
        ConflictError: It has been changed since.
    """
    version = call.request.form.get("version", "")
    if version.isascii() and version.isdigit():
        call.env[record._info.name].expect_version(record, int(version[:18]))


def _go_on(call: Call, view: View, record: Any) -> None:
    """Call the action that the form was saved with, in the same savepoint, so that both are done or neither.

    Raises:
        MissingRecord: The form offers no such action for the record.
    """
    name = call.request.form.get("then", "")
    if name in ("", "new"):
        return
    call.env.flush()
    if name not in saving_actions(call, view, record, {**names_for(call.env), "record": record}):
        raise not_found()
    getattr(record, name)()


def _made(call: Call, record: Any, result: Any) -> str | None:
    """Return the page of another record that an action returned, such as the contract made from a quote; None for anything else."""
    info = getattr(type(result), "_info", None)
    if (
        info is None
        or result is record
        or not call.env.may(result, "read")
        or "form" not in types_for(call.env, info.name)
    ):
        return None
    return record_url(info.name, result.id)


def read_sent(call: Call, info: ModelInfo, view: View, record: Any) -> Sent:
    """Return what the form sent, for the fields that it lets the user edit on this record."""
    builder = FormBuilder(call, view, record, is_editing=True)
    builder.parts(view.slot("header"))
    builder.parts(view.slot("body"))
    plain = [name for name in builder.inputs if name not in builder.line_inputs]
    return read_form(call.env, info, call.request.form, plain, builder.line_inputs, formatter_of(call).zone)


def changed(info: ModelInfo, record: Any, sent: Sent) -> dict[str, Any]:
    """Return the values that differ from those of the record, so that a save asks for rights on nothing else.

    Lines that the form did not show, because there are too many or the user may not see them, are named so that they stay.
    """
    found: dict[str, Any] = {}
    for name, value in sent.values.items():
        field = info.fields[name]
        now = getattr(record, name)
        if isinstance(field, One2many):
            found[name] = list(_changed_lines(field, list(now), value, sent.shown.get(name)))
        elif field.to_many:
            if sorted(value or []) != sorted(item.id for item in now):
                found[name] = value
        elif value != (now.id if hasattr(now, "_info") else now) and not (value is None and now in (None, "")):
            found[name] = value
    return found


def _changed_lines(
    field: One2many, now: list[Any], sent: list[dict[str, Any]], shown: frozenset[int] | None
) -> Iterator[dict[str, Any]]:
    by_id = {line.id: line for line in now}
    for values in sent:
        line = by_id.pop(values.get("id"), None)
        if line is None:
            yield values
        else:
            typed = {name: value for name, value in values.items() if name != "id"}
            yield {"id": line.id, **changed(line._info, line, Sent(typed))}
    if shown is not None:
        yield from ({"id": number} for number in by_id if number not in shown)


def faulty(faults: list[CoreError], info: ModelInfo) -> ValidationError:
    """Build (not raise) one error of all faults found while reading a form."""
    if len(faults) == 1 and isinstance(faults[0], ValidationError):
        return faults[0]
    return ValidationError(_(info.label), faults=faults)


def _in_form(key: str, places: Mapping[str, Sequence[int]]) -> str:
    """Return the name in the form of what the ORM calls by its number among the lines saved: those left empty count in the form."""
    name, _dot, rest = key.partition(".")
    number, dot, column = rest.partition(".")
    found = places.get(name, ())
    return f"{name}.{found[int(number)]}{dot}{column}" if number.isdigit() and int(number) < len(found) else key


def _refused(call: Call, info: ModelInfo, view: View, record: Any, error: CoreError, sent: Sent) -> Response:
    """Return the form again with what was typed and what is wrong."""
    conflict = conflict_of(call, info, record) if isinstance(error, ConflictError) else None
    errors: dict[str, str] = {}
    summary: list[tuple[str, str]] = []
    for fault in leaves(error):
        key = fault.where.key or fault.where.field or ""
        name = fault.where.field or ""
        if "." in key and name and not key.endswith(f".{name}"):
            key = f"{key}.{name}"
        if not sent.faults:
            key = _in_form(key, sent.places)
        text = call.text(fault.message)
        if fault.hint is not None:
            text = f"{text} {call.text(fault.hint)}"
        if key:
            errors.setdefault(key, text)
        summary.append((f"field-{key}".replace(".", "-") if key else "", text))
    return render_form(
        call,
        info,
        view,
        record,
        is_editing=True,
        status=409 if conflict is not None else 422,
        typed=call.request.form,
        errors=errors,
        summary=tuple(summary),
        conflict=conflict,
    )
