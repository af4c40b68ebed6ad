"""The dialog in which the conditions of a field are put together (layer web; CORE-39)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from core.web.api.models import visible_model
from core.web.errors import query_faults
from core.web.jsondata import parse_json
from core.web.pages.builder import rules_panel
from core.web.pages.conditions import Rule, RuleGroup, from_domain, to_domain
from core.web.pages.conditiontexts import domain_text
from core.web.pages.sentrules import read_rules, work
from core.web.request import Response

if TYPE_CHECKING:
    from core.web.call import Call


def choose_conditions(call: Call, model: str) -> Response:
    """GET and POST /records/<model>/conditions/choose: the dialog in which conditions of a field are put together.

    When they are ready (``do=use``) the answer carries them, as JSON and in words, in an event for the page.
    """
    info = visible_model(call.env, model)
    call.env.guard.check_model(call.env, info, "read")
    form = call.request.form
    with query_faults():
        if call.request.method == "POST":
            group = read_rules(call, info)
            work(group, form.get("do", ""))
        else:
            text = call.request.args.get("domain", "")
            raw = parse_json(text, key="domain") if text else None
            group = from_domain(raw) if raw else RuleGroup("all", [Rule()])
        domain = to_domain(group)
        panel = {
            "url": f"/records/{info.name}/conditions/choose",
            "label": call.text(info.label),
            **rules_panel(call, info, group, domain),
        }
    answer = call.page("conditionchooser.html", panel=panel, csrf=call.csrf)
    if form.get("do") == "use" and not any(rule.error for rule in group.rules()):
        made = {"domain": "", "words": ""}
        if domain is not None:
            text = json.dumps(domain, ensure_ascii=False, default=str)
            made = {"domain": text, "words": domain_text(call, info, domain)}
        answer.headers["HX-Trigger"] = json.dumps({"tangram:conditions": made})
    return answer
