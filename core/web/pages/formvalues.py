"""What a form sent, as values for ``create`` and ``update`` (layer web).

Inputs are called like their field; those of a line ``<field>.<position>.<field of the line>``, with ``.id`` for a line that is there
already and ``.delete`` for one to be taken away; ``<field>.shown`` lists the ids of the lines that the form showed. Only fields that the form shows as editable are read; others are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.errors import CoreError, ValidationError
from core.i18n import _
from core.web.errors import too_large
from core.web.ids import id_of
from core.web.pages.inputs import text_of_new, value_of

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo

ORDER = "sequence"
"""Field that holds the order of lines by convention."""
MAX_LINES = 2000
"""Most lines of one field that one form saves; a form with more is refused and shown again."""
MAX_LINES_SHOWN = 10_000
"""Most lines of one field that a refused form shows again; one with more is too large to be answered with a page."""


@dataclass
class Sent:
    """What was sent, read as far as it could be."""

    values: dict[str, Any] = field(default_factory=dict)
    """Field → value."""
    faults: list[CoreError] = field(default_factory=list)
    """What could not be read; each tells the name of its input as ``where.key``."""
    shown: dict[str, frozenset[int]] = field(default_factory=dict)
    """One2many field → ids of the lines that the form showed for deleting: only these may be gone. No entry: all."""
    places: dict[str, list[int]] = field(default_factory=dict)
    """One2many field → for each line in ``values`` its row in the form; rows left blank are no lines."""


def read_form(
    env: Environment,
    info: ModelInfo,
    form: MultiDict[str, str],
    names: Iterable[str],
    lines: Mapping[str, Iterable[str]],
    zone: str,
) -> Sent:
    """Return the values of a form.

    Args:
        env: Of the user; tells what new lines begin with.
        info: Model of the record.
        form: What was sent.
        names: Fields that the form lets the user edit.
        lines: One2many field → fields of its lines that can be edited.
        zone: IANA name of the reader's time zone.

    Raises:
        RequestError: A field has so many lines that they can not even be shown again (413).
    """
    sent = Sent()
    for name in names:
        if name in form:
            _take(sent.values, sent.faults, info.fields[name], name, name, form, zone)
    for name, columns in lines.items():
        if f"{name}.sent" in form:
            sent.values[name] = _read_lines(env, info, form, name, list(columns), zone, sent)
        if f"{name}.shown" in form:
            ids = form[f"{name}.shown"].split(",")
            sent.shown[name] = frozenset(number for each in ids if (number := id_of(each)) is not None)
    return sent


def _take(
    values: dict[str, Any], faults: list[CoreError], item: Any, name: str, key: str, form: Any, zone: str
) -> None:
    try:
        values[name] = value_of(item, form.getlist(key), zone)
    except ValidationError as error:
        faults.append(error.located(key=key))


def line_keys(form: Iterable[str], name: str) -> list[str]:
    """Return the positions of the lines sent for a field, in order.

    Raises:
        RequestError: There are more than `MAX_LINES_SHOWN` (413).
    """
    found: dict[str, None] = {}
    for key in form:
        if key.startswith(f"{name}."):
            position = key[len(name) + 1 :].partition(".")[0]
            if position.isascii() and position.isdigit() and len(position) < 7:
                found[position] = None
    if len(found) > MAX_LINES_SHOWN:
        raise too_large()
    return sorted(found, key=int)


def _read_lines(
    env: Environment, info: ModelInfo, form: Any, name: str, columns: list[str], zone: str, sent: Sent
) -> list[dict[str, Any]]:
    target = env.registry[info.fields[name].comodel]  # type: ignore[attr-defined]  # a One2many
    blank = {column: text_of_new(target.fields[column], env, zone) for column in columns}
    found: list[dict[str, Any]] = []
    positions = line_keys(form, name)
    if len(positions) > MAX_LINES:
        message = _("These are %(count)s lines; one form saves at most %(most)s.", count=len(positions), most=MAX_LINES)
        hint = _("save some of them first, or import them from a file")
        sent.faults.append(ValidationError(message, hint=hint, field=name).located(key=name))
        return found
    for position in positions:
        prefix = f"{name}.{position}"
        number = form.get(f"{prefix}.id", "")
        is_new = not (number.isascii() and number.isdigit() and len(number) < 19)
        if form.get(f"{prefix}.delete") == "1" or (is_new and _is_blank(form, prefix, blank)):
            continue
        values: dict[str, Any] = {}
        for column in columns:
            if f"{prefix}.{column}" in form:
                _take(values, sent.faults, target.fields[column], column, f"{prefix}.{column}", form, zone)
        sent.places.setdefault(name, []).append(int(position))
        found.append(values if is_new else {"id": int(number), **values})
    return found


def _is_blank(form: Any, prefix: str, blank: Mapping[str, str]) -> bool:
    """Tell whether nothing was typed into a new line: it is no line, and no fault."""
    for column, text in blank.items():
        sent = [each.strip() for each in form.getlist(f"{prefix}.{column}")]
        if column != ORDER and sent and sent[-1] not in ("", text):
            return False
    return True
