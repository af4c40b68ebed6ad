"""Rules, groups of rules and whole domains in words (layer web; CORE-39)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.i18n import _
from core.web.pages.conditions import Fixed, Rule, RuleGroup, from_domain
from core.web.pages.ruletexts import (
    employed_text,
    family,
    follow_rule,
    names_of_values,
    operator_text,
    path_text,
    value_text,
)

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call

Names = Mapping[tuple[str, int], str]
"""What records that rules name are called, by model and id; see `names_of_values`."""


def domain_text(call: Call, info: ModelInfo, raw: Any) -> str:
    """Return a domain in words, such as ``Amount is at least 1,000 and State is any of Draft``. A statement for each model whose records it names.

    Raises:
        DomainError: It is malformed.
    """
    group = from_domain(raw)
    names = names_of_values(call, info, group)
    parts = []
    for item in group.items:
        text = item_text(call, info, item, names)
        parts.append(f"({text})" if isinstance(item, RuleGroup) and len(group.items) > 1 else text)
    return _joined(call, group.mode, parts)


def item_text(call: Call, info: ModelInfo, item: Rule | Fixed | RuleGroup, names: Names) -> str:
    """Return one part of a domain in words."""
    if isinstance(item, Rule):
        return " ".join(filter(None, rule_words(call, info, item, names).values()))
    if isinstance(item, RuleGroup):
        return group_text(call, info, item, names)
    return employed_text(call, info, item.raw) or call.text(_("Other conditions"))


def rule_words(call: Call, info: ModelInfo, rule: Rule, names: Names) -> dict[str, str]:
    """Return a rule in words: ``text`` (of its path), ``operator`` and ``value``."""
    walked = follow_rule(call, info, rule.path)
    if walked is None:
        return {"text": call.text(_("Other conditions")), "operator": "", "value": ""}
    kind, text = family(walked), path_text(call, info, rule.path)
    value = value_text(call, walked, rule, names)
    if kind == "boolean" and rule.operator == "=":
        # “Paid is Yes” says it once too often.
        return {"text": f"{text}:", "operator": "", "value": value}
    return {"text": text, "operator": operator_text(call, kind, rule.operator), "value": value}


def group_text(call: Call, info: ModelInfo, group: RuleGroup, names: Names) -> str:
    """Return a group of rules in words."""
    return _joined(call, group.mode, [item_text(call, info, rule, names) for rule in group.rules()])


def _joined(call: Call, mode: str, parts: list[str]) -> str:
    return call.text(_(" or ") if mode == "any" else _(" and ")).join(parts)
