"""The settings of sales in one place: what addons declare as panels of `PLACE`, edited with the right ``crm_sales.settings`` (SALE-54).

A section is any panel: a list of records, under their own rights; or one of two small forms of this page, named by ``url``:
``/x/crm_sales/settings/choices/CODE`` for the items of a dictionary, ``/x/crm_sales/settings/parameters/KEY,KEY`` for system parameters.
Only what some panel names can be seen and changed here, so that the right reaches no further than the settings of sales.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.api import (
    AccessDenied,
    Environment,
    MissingRecord,
    Request,
    ValidationError,
    _,
    formatter_for,
    has_right,
    panels_at,
)

PLACE = "crm_sales.settings"
RIGHT = "crm_sales.settings"
HERE = "/x/crm_sales/settings"
LONGEST = 200


def need_right(env: Environment) -> None:
    """Raise AccessDenied unless the user may change the settings of sales."""
    if not has_right(env, RIGHT):
        raise AccessDenied(_("You may not change the settings of sales."), code="access_denied.special")


def page_data(request: Request, env: Environment) -> dict[str, Any]:
    """Return the sections of the page.

    Raises:
        AccessDenied: The user has not the right.
    """
    need_right(env)
    return {"panels": panels_at(request, PLACE)}


def _need_section(request: Request, env: Environment, kind: str, what: str) -> str:
    need_right(env)
    url = f"{HERE}/{kind}/{what}"
    if all(panel.url != url for panel in panels_at(request, PLACE)):
        raise MissingRecord(_("There is no such setting of sales."))
    return url


def choices_data(request: Request, env: Environment, code: str) -> dict[str, Any]:
    """Return the items of a dictionary for its form. One statement.

    Raises:
        AccessDenied: The user has not the right.
        MissingRecord: No section names the dictionary.
    """
    url = _need_section(request, env, "choices", code)
    text = formatter_for(env).text
    rows = env["core.dictionary.item"].read(
        [["dictionary.code", "=", code], ["active", "=", True]], ["name"], "sequence, id"
    )
    return {
        "url": url,
        "items": [{"id": row["id"], "name": text(row["name"])} for row in rows],
    }


def save_choices(request: Request, env: Environment, code: str, form: Mapping[str, str]) -> None:
    """Rename, retire and add items: ``name:ID``, emptied to retire one, and ``new``; see `choices_data`.

    Retired items stay in the records that have them.
    """
    before = {str(item["id"]): item["name"] for item in choices_data(request, env, code)["items"]}
    with env.elevated(reason=f"settings of sales: {code}") as system:
        items = system["core.dictionary.item"]
        for number, name in before.items():
            typed = form.get(f"name:{number}", name).strip()[:LONGEST]
            if not typed:
                items.get(int(number)).update(active=False)
            elif typed != name:
                items.get(int(number)).update(name=typed)
        added = form.get("new", "").strip()[:LONGEST]
        if added:
            dictionary = system["core.dictionary"].search([["code", "=", code]], limit=1)[0]
            items.create({"dictionary": dictionary, "key": added, "name": added, "sequence": 1000})


def parameters_data(
    request: Request, env: Environment, keys: str, typed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return system parameters for their form. One statement; see `choices_data`."""
    url = _need_section(request, env, "parameters", keys)
    text = formatter_for(env).text
    with env.elevated(reason="settings of sales are shown") as system:
        rows = system["core.parameter"].read(
            [["key", "in", keys.split(",")]],
            ["key", "label", "explanation", "kind", "options", "value", "default", "minimum", "maximum"],
            "addon, sequence, key",
        )
    fields = []
    for row in rows:
        value = row["default"] if row["value"] is None else row["value"]
        fields.append(
            {
                **row,
                "label": text(row["label"]),
                "explanation": text(row["explanation"] or ""),
                "options": [(key, text(label)) for key, label in (row["options"] or {}).items()],
                "shown": (typed or {}).get(f"p:{row['key']}", value),
            }
        )
    return {"url": url, "fields": fields}


def save_parameters(request: Request, env: Environment, keys: str, form: Mapping[str, str]) -> None:
    """Set system parameters: ``p:KEY``, a tick box by being there; see `parameters_data`.

    Raises:
        ValidationError: A value is no number, or out of range.
    """
    fields = parameters_data(request, env, keys)["fields"]
    with env.elevated(reason=f"settings of sales: {keys}") as system:
        for field in fields:
            value = _typed(field, form.get(f"p:{field['key']}", "").strip())
            if value != field["shown"]:
                system["core.parameter"].get(field["id"]).update(value=value)


def _typed(field: Mapping[str, Any], text: str) -> Any:
    if field["kind"] == "boolean":
        return bool(text)
    if field["kind"] == "integer":
        if not text.removeprefix("-").isdecimal() or len(text) > 9:
            raise ValidationError(_("%(label)s: a whole number is needed.", label=field["label"]))
        return int(text)
    return text
