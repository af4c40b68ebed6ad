"""Conditions in words: operators by kind of field, relative dates with the dates they mean (layer web; CORE-39)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.errors import CoreError, Where
from core.i18n import _, formats
from core.orm.domain import operators_for
from core.orm.domain.periods import is_relative, resolve
from core.orm.employed import EMPLOYMENT
from core.orm.paths import Walked, walk
from core.render.values import NUMBERS
from core.web.api.models import may
from core.web.pages.conditions import Rule, RuleGroup
from core.web.pages.frame import formatter_of

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call

_TEXT = {
    "ilike": _("contains"),
    "not_ilike": _("does not contain"),
    "=": _("is"),
    "!=": _("is not"),
    "fuzzy": _("is like"),
    "like": _("contains exactly"),
}
_NUMBER = {
    "=": _("equals"),
    "!=": _("does not equal"),
    ">": _("is more than"),
    ">=": _("is at least"),
    "<": _("is less than"),
    "<=": _("is at most"),
}
_DATE = {
    "=": _("is in"),
    "!=": _("is not in"),
    "<": _("is before"),
    ">": _("is after"),
    "<=": _("is until"),
    ">=": _("is from"),
}
_CHOICE = {
    "in": _("is any of"),
    "not_in": _("is none of"),
    "=": _("is"),
    "!=": _("is not"),
    "under": _("is or lies below"),
    "ilike": _("is called like"),
}
_ALWAYS = {"is_set": _("is filled in"), "is_not_set": _("is empty")}
_OFFERED: Mapping[str, tuple[str, ...]] = {
    "text": ("ilike", "not_ilike", "=", "!=", "fuzzy", "is_set", "is_not_set"),
    "number": ("=", "!=", ">", ">=", "<", "<=", "is_set", "is_not_set"),
    "date": ("=", "<", ">", "<=", ">=", "is_set", "is_not_set"),
    "choice": ("in", "not_in", "under", "ilike", "is_set", "is_not_set"),
    "boolean": ("=",),
}
RELATIVE: Mapping[str, tuple[Any, Any]] = {
    "today": (_("today"), "today"),
    "yesterday": (_("yesterday"), "yesterday"),
    "tomorrow": (_("tomorrow"), "tomorrow"),
    "this.week": (_("this week"), {"this": "week"}),
    "last.week": (_("last week"), {"last": "week"}),
    "next.week": (_("next week"), {"next": "week"}),
    "this.month": (_("this month"), {"this": "month"}),
    "last.month": (_("last month"), {"last": "month"}),
    "next.month": (_("next month"), {"next": "month"}),
    "this.quarter": (_("this quarter"), {"this": "quarter"}),
    "last.quarter": (_("last quarter"), {"last": "quarter"}),
    "this.year": (_("this year"), {"this": "year"}),
    "last.year": (_("last year"), {"last": "year"}),
    "last.7": (_("the last 7 days"), {"last": {"days": 7}}),
    "last.30": (_("the last 30 days"), {"last": {"days": 30}}),
    "last.90": (_("the last 90 days"), {"last": {"days": 90}}),
    "last.12m": (_("the last 12 months"), {"last": {"months": 12}}),
    "next.7": (_("the next 7 days"), {"next": {"days": 7}}),
    "next.30": (_("the next 30 days"), {"next": {"days": 30}}),
}
"""Relative dates by key: words and what stands in the domain."""


def follow_rule(call: Call, info: ModelInfo, path: tuple[str, ...]) -> Walked | None:
    """Return where the path of a rule leads; None where it leads nowhere that the user may see."""

    def visible(model: ModelInfo, field: Any) -> None:
        if field.name in call.env.hidden_fields(model, "read"):
            raise CoreError(_("hidden"))

    try:
        return walk(call.env.registry, info, path, Where(), visible)
    except CoreError:
        return None


def family(walked: Walked) -> str:
    """Return how values of a field are compared: ``text``, ``number``, ``date``, ``choice`` or ``boolean``."""
    kind = walked.kind
    if walked.related_model is not None or kind == "selection":
        return "choice"
    if kind in ("date", "datetime"):
        return "date"
    return "number" if kind in NUMBERS else "boolean" if kind == "boolean" else "text"


def offered_operators(call: Call, walked: Walked, now: str = "") -> list[dict[str, str]]:
    """Return the operators to choose from, in words; the one that is there always among them."""
    allowed, group = operators_for(walked), family(walked)
    has_parents = walked.related_model is not None and call.env.registry[walked.related_model].parent_field is not None
    found = [
        name
        for name in (*_OFFERED[group], *([now] if now and now not in _OFFERED[group] else []))
        if name in allowed and (name != "under" or has_parents)
    ]
    return [{"key": name, "label": operator_text(call, group, name)} for name in found]


def operator_text(call: Call, group: str, name: str) -> str:
    """Return an operator in words."""
    words = {"text": _TEXT, "number": _NUMBER, "date": _DATE, "choice": _CHOICE, "boolean": _CHOICE}[group]
    return call.text(words.get(name) or _ALWAYS.get(name) or name)


def path_text(call: Call, info: ModelInfo, path: tuple[str, ...]) -> str:
    """Return a path by its labels, such as ``Owner › Department``."""
    labels = []
    for name in path:
        field = info.fields.get(name)
        if field is None:
            break
        labels.append(call.text(field.label))
        if field.is_relation:
            info = call.env.registry[field.comodel]  # type: ignore[attr-defined]  # relations have it
    return " › ".join(labels)


def meant(call: Call, value: Any, kind: str) -> str:
    """Return the dates that a relative date means today; empty for a fixed one."""
    if not is_relative(value):
        return ""
    try:
        span = resolve(value, "date", call.env)
    except CoreError:
        return ""
    del kind
    last = span.end - dt.timedelta(days=1)
    first = formats.date(span.start, call.lang)
    return first if last <= span.start else f"{first} – {formats.date(last, call.lang)}"


def relative_key(value: Any) -> str | None:
    """Return the key in `RELATIVE` of what stands in a domain, or None."""
    return next((key for key, (_words, raw) in RELATIVE.items() if raw == value), None)


def names_of_values(call: Call, info: ModelInfo, group: RuleGroup) -> dict[tuple[str, int], str]:
    """Return what the records that rules name are called, by model and id. One statement for each model."""
    wanted: dict[str, set[int]] = {}
    for rule in group.rules():
        walked = follow_rule(call, info, rule.path)
        if walked is None or walked.related_model is None:
            continue
        values = rule.value if isinstance(rule.value, list) else [rule.value]
        ids = {value for value in values if isinstance(value, int) and not isinstance(value, bool)}
        wanted.setdefault(walked.related_model, set()).update(ids)
    found: dict[tuple[str, int], str] = {}
    for model, ids in wanted.items():
        if ids and may(call.env, call.env.registry[model], "read"):
            rows = call.env[model].read([["id", "in", sorted(ids)]], ["id", "display_name"])
            found |= {(model, row["id"]): str(row["display_name"]) for row in rows}
    return found


def employed_text(call: Call, info: ModelInfo, raw: Any) -> str:
    """Return in words where somebody was employed on the day of the record; empty for any other condition. One statement at most."""
    if not (isinstance(raw, list) and len(raw) == 3 and raw[1] == "employed"):
        return ""
    unit, operator, *values = raw[2]["where"]
    field = call.env.registry[EMPLOYMENT].fields[unit]
    rule = Rule((unit,), operator, values[0] if values else None)
    group = RuleGroup("all", [rule])
    walked = Walked((), call.env.registry[EMPLOYMENT], field)
    names = names_of_values(call, call.env.registry[EMPLOYMENT], group) if values else {}
    parts = {
        "person": path_text(call, info, tuple(raw[0].split("."))),
        "unit": call.text(field.label),
        "day": path_text(call, info, tuple(str(raw[2]["on"]).split("."))),
        "operator": operator_text(call, "choice", operator),
        "value": value_text(call, walked, rule, names),
    }
    return call.text(_("%(unit)s of %(person)s on %(day)s %(operator)s %(value)s")) % parts


def value_text(call: Call, walked: Walked, rule: Rule, names: Mapping[tuple[str, int], str]) -> str:
    """Return the value of a rule in words."""
    if rule.operator in _ALWAYS:
        return ""
    values = rule.value if isinstance(rule.value, list) else [rule.value]
    texts = []
    for value in values:
        key = relative_key(value)
        if walked.related_model is not None and isinstance(value, int):
            texts.append(names.get((walked.related_model, value), formats.NONE))
        elif key is not None:
            texts.append(call.text(RELATIVE[key][0]))
        elif is_relative(value):
            texts.append(meant(call, value, walked.kind))
        elif isinstance(value, bool):
            texts.append(call.text(_("Yes") if value else _("No")))
        elif walked.kind == "selection":
            options = walked.field.options  # type: ignore[union-attr]  # a Selection
            texts.append(call.text(options.get(value, str(value))))
        elif walked.kind in NUMBERS and isinstance(value, (int, float)):
            texts.append(formatter_of(call).show(walked.field, value).text)
        else:
            texts.append("" if value is None else str(value))
    return ("、" if formats.is_chinese(call.lang) else ", ").join(texts)
