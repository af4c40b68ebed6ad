"""What the panel of conditions sent, as rules (layer web; CORE-39)."""

from __future__ import annotations

import datetime as dt
import decimal
from typing import TYPE_CHECKING, Any

from core.errors import CoreError
from core.web.ids import id_of
from core.web.jsondata import parse_json
from core.web.pages.conditions import NO_VALUE, Fixed, Rule, RuleGroup
from core.web.pages.frame import formatter_of
from core.web.pages.inputs import value_of
from core.web.pages.ruletexts import RELATIVE, family, follow_rule, offered_operators

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.orm.paths import Walked
    from core.web.call import Call

STEPS = 4
"""Most steps of a path that the panel offers."""
MOST_RULES = 50


def work(group: RuleGroup, do: str) -> None:
    """Add or take away a rule or group, as a button says: ``add``, ``add:2``, ``group``, ``drop:2``, ``drop:2.1``."""
    name, _colon, place = do.partition(":")
    path = [int(part) for part in place.split(".") if part.isascii() and part.isdigit() and len(part) < 4]
    if name == "group":
        group.items.append(RuleGroup("any", [Rule()]))
    elif name == "add" and not path:
        group.items.append(Rule())
    elif path and path[0] < len(group.items):
        item = group.items[path[0]]
        if name == "add" and isinstance(item, RuleGroup):
            item.items.append(Rule())
        elif name == "drop" and len(path) == 1:
            del group.items[path[0]]
        elif name == "drop" and isinstance(item, RuleGroup) and path[1] < len(item.items):
            del item.items[path[1]]
            if not item.items:
                del group.items[path[0]]


def read_rules(call: Call, info: ModelInfo) -> RuleGroup:
    """Return the rules that the panel sent."""
    form = call.request.form
    group = RuleGroup("any" if form.get("mode") == "any" else "all")
    for number in range(MOST_RULES):
        prefix = f"c.{number}"
        if f"{prefix}.raw" in form:
            group.items.append(Fixed(parse_json(form[f"{prefix}.raw"], key=f"{prefix}.raw")))
        elif f"{prefix}.mode" in form:
            inner = RuleGroup("any" if form[f"{prefix}.mode"] == "any" else "all")
            inner.items += [
                _read_rule(call, info, f"{prefix}.{each}")
                for each in range(MOST_RULES)
                if f"{prefix}.{each}.p0" in form
            ]
            group.items.append(inner)
        elif f"{prefix}.p0" in form:
            group.items.append(_read_rule(call, info, prefix))
    return group


def _read_rule(call: Call, info: ModelInfo, prefix: str) -> Rule:
    form = call.request.form
    path: list[str] = []
    for step in range(STEPS):
        name = form.get(f"{prefix}.p{step}", "")
        if not name or follow_rule(call, info, (*path, name)) is None:
            break
        path.append(name)
    walked = follow_rule(call, info, tuple(path)) if path else None
    if walked is None:
        return Rule()
    operators = [each["key"] for each in offered_operators(call, walked)]
    operator = form.get(f"{prefix}.op", "")
    rule = Rule(tuple(path), operator if operator in operators else operators[0])
    # A value belongs to the field it was typed for.
    if form.get(f"{prefix}.for") == f"{'.'.join(path)} {shape_of(walked, rule.operator)}":
        try:
            rule.value = _value(call, walked, rule.operator, form.getlist(f"{prefix}.v"), form.get(f"{prefix}.d", ""))
        except CoreError as error:
            rule.value, rule.error = form.get(f"{prefix}.v"), call.text(error.message)
    return rule


def shape_of(walked: Walked, operator: str) -> str:
    """Return which input the value of an operator takes."""
    group = family(walked)
    if operator in NO_VALUE:
        return "none"
    if group == "choice":
        return "text" if operator in ("ilike", "not_ilike", "like", "fuzzy") else "several"
    return group


def _value(call: Call, walked: Walked, operator: str, texts: list[str], day: str) -> Any:
    """Return what was typed as it stands in a domain; None while it is missing."""
    shape = shape_of(walked, operator)
    text = texts[0].strip() if texts else ""
    if shape == "none" or not (text or day):
        return None
    if shape == "several":
        if walked.related_model is None:
            return [each for each in texts if each]
        return [number for each in texts if (number := id_of(each)) is not None]
    if shape == "boolean":
        return text == "1"
    if shape == "date":
        if text in RELATIVE:
            return RELATIVE[text][1]
        return day if _is_day(day) else None
    if shape == "number":
        number = value_of(walked.field, [text], formatter_of(call).zone)
        if isinstance(number, decimal.Decimal):
            return int(number) if number == number.to_integral_value() else float(number)
        return number
    return text


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10
