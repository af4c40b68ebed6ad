"""``/settings/parameters``: typed settings with default, range and explanation, by addon (layer base; CORE-52)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.base.pages.administrators import bad_value, for_administrators
from core.base.services.parameters import set_parameter
from core.errors import ValidationError
from core.i18n import _
from core.render.form import Option
from core.render.shell import Notice
from core.web.api import query
from core.web.call import Answered
from core.web.pages.frame import framed, go_to

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response

PATH = "/settings/parameters"
LONGEST = 2000


@for_administrators
def show_parameters(call: Call) -> Response:
    """GET /settings/parameters; ``addon`` shows one addon's only."""
    return _page(call, 200, {}, {})


@for_administrators
def save_parameters(call: Call) -> Response:
    """POST /settings/parameters: a field for each parameter by its key; what equals the present value stays as it is.

    An empty field takes the default again. All are saved, or none if one is wrong.
    """
    form = call.request.form
    known = {record.key: record for record in _records(call)}
    sent = {name.removeprefix("p:"): value for name, value in form.items() if name.startswith("p:")}
    unknown = next((key for key in sent if key not in known), None)
    if unknown is not None:
        raise bad_value("parameter", unknown)
    faults: dict[str, str] = {}
    count = 0
    try:
        with call.env.savepoint():
            for key, text in sent.items():
                record = known[key]
                if text == _text(_holding(record)) or (not text and record.value is None):
                    continue
                try:
                    set_parameter(call.env, key, None if not text else _typed(record.kind, text[:LONGEST]))
                    count += 1
                except ValidationError as error:
                    faults[key] = call.text(error.message)
            if faults:
                raise ValidationError(_("Not saved"))
    except ValidationError as error:
        raise Answered(_page(call, 422, faults, sent)) from error
    done = _("Saved: %(count)s parameters", count=f"{count}") if count else _("Nothing was changed")
    return go_to(call.request.full_path.rstrip("?"), Notice(call.text(done)))


def _records(call: Call) -> list[Any]:
    """Return the parameters of the enabled addons."""
    names = [*call.env.registry.addons, "base"]
    return list(call.env["core.parameter"].search([["addon", "in", names]]))


def _page(call: Call, status: int, faults: Mapping[str, str], typed: Mapping[str, str]) -> Response:
    query.only(call.request, ("addon",))
    wanted = call.request.args.get("addon")
    groups: dict[str, list[dict[str, Any]]] = {}
    for record in _records(call):
        groups.setdefault(record.addon, []).append(_shown(call, record, faults, typed))
    if wanted and wanted not in groups:
        raise bad_value("addon", wanted)
    addons = call.host.addons
    titles = {name: call.text(_(addons[name].title)) if name in addons else name for name in groups}
    return framed(
        call,
        "parameters.html",
        call.text(_("System parameters")),
        status=status,
        groups=[(name, titles[name], rows) for name, rows in groups.items() if wanted in (None, "", name)],
        tabs=[{"name": name, "title": titles[name], "is_on": wanted == name} for name in groups],
        wanted=wanted or "",
        faults=faults,
        action=call.request.full_path.rstrip("?"),
    )


def _shown(call: Call, record: Any, faults: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, Any]:
    default = _in_words(call, record, record.default)
    low, high = (None if limit is None else f"{limit.normalize():f}" for limit in (record.minimum, record.maximum))
    value = typed.get(record.key, _text(_holding(record)))
    choices = _choices(call, record, value)
    return {
        "key": record.key,
        "element": f"p-{record.key.replace('.', '-').replace('_', '-')}",
        "label": call.text(_(record.label)),
        "explanation": call.text(_(record.explanation)) if record.explanation else "",
        "kind": record.kind,
        "value": value,
        "options": choices,
        "default": default or call.text(_("none")),
        "range": f"{low or '…'} – {high or '…'}" if low is not None or high is not None else "",
        "low": low,
        "high": high,
        "is_own": record.value is not None,
        "fault": faults.get(record.key),
    }


def _choices(call: Call, record: Any, value: str) -> list[Option]:
    if record.kind == "boolean":
        words = {"true": _("Yes"), "false": _("No")}
        return [Option(key, call.text(word), key == value) for key, word in words.items()]
    if record.kind == "selection":
        return [Option(key, call.text(_(str(word))), key == value) for key, word in (record.options or {}).items()]
    return []


def _in_words(call: Call, record: Any, value: Any) -> str:
    return next((option.label for option in _choices(call, record, _text(value)) if option.is_chosen), _text(value))


def _holding(record: Any) -> Any:
    return record.default if record.value is None else record.value


def _text(value: Any) -> str:
    """Return a value as its input holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "\n".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _typed(kind: str, text: str) -> Any:
    """Return what an input sends as the parameter's check understands it."""
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if kind == "list":
        return [line.strip() for line in text.splitlines() if line.strip()]
    return text.strip() if kind != "text" else text
