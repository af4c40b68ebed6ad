"""Fills templates of proposals with what is known of customer and offer (SALE-28)."""

import re
from typing import Any

from core.api import CoreError, Environment, ValidationError, _, formatter_for

_PART = re.compile(r"\{\{\s*([a-z_][\w.]*)\s*\}\}")
SOURCES = {"record": "crm.opportunity", "offer": "crm.quote"}
"""What the first name of a field in a template stands for: the opportunity, and its latest quote."""
LINES = "offer.lines"


def check_template(env: Environment, text: str) -> None:
    """Refuse a template that names a field that is not there.

    Raises:
        ValidationError: The message names it.
    """
    for path in _PART.findall(text):
        source, _dot, rest = path.partition(".")
        if path == LINES:
            continue
        try:
            env[SOURCES[source]].read([["id", "=", 0]], [rest])
        except (CoreError, KeyError) as error:
            raise ValidationError(_('There is no field "%(path)s".', path=path), field="body") from error


def fill_proposal(env: Environment, text: str, opportunity: Any) -> str:
    """Return a template with the fields of an opportunity and its latest quote filled in, as the user of ``env`` may read them.

    Field by field ``{{ record.customer.name }}``, ``{{ offer.valid_until }}``; ``{{ offer.lines }}`` gives a line of text for each line of the quote.
    What is hidden from the user, or not there, leaves nothing. One statement for each of the two records, one for the lines.
    """
    paths = set(_PART.findall(text))
    quote = env["crm.quote"].search(
        [["opportunity", "=", opportunity.id], ["is_current", "=", True]], order="id desc", limit=1
    )
    values: dict[str, str] = {}
    for source, number in (("record", opportunity.id), ("offer", quote[0].id if quote else None)):
        wanted = [path.partition(".")[2] for path in paths if path.startswith(f"{source}.") and path != LINES]
        if number is not None and wanted:
            values |= {
                f"{source}.{name}": shown for name, shown in _shown(env, SOURCES[source], number, wanted).items()
            }
    if LINES in paths and quote:
        values[LINES] = _lines(env, quote[0].id)
    return _PART.sub(lambda found: values.get(found[1], ""), text)


def _shown(env: Environment, model: str, number: int, paths: list[str]) -> dict[str, str]:
    formatter = formatter_for(env)
    fields = {path: found for path in paths if (found := _field_at(env, model, path)) is not None}
    names = {
        path: f"{path}.{env.registry[field.comodel].rec_name or 'id'}"
        for path, field in fields.items()
        if field.is_relation
    }
    row = env[model].read([["id", "=", number]], [*fields, *names.values()])[0]
    return {
        path: formatter.show(field, row[path], row[names[path]] if path in names else None).text
        for path, field in fields.items()
    }


def _field_at(env: Environment, model: str, path: str) -> Any:
    field, info = None, env.registry.models.get(model)
    for name in path.split("."):
        field = info.fields.get(name) if info is not None else None
        if field is None or field.to_many or name in env.hidden_fields(info, "read"):
            return None
        info = env.registry.models.get(field.comodel) if field.is_relation else None
    return field


def _lines(env: Environment, quote: int) -> str:
    formatter = formatter_for(env)
    fields = env.registry["crm.quote.line"].fields
    rows = env["crm.quote.line"].read([["quote", "=", quote]], ["name", "quantity", "price", "amount"])
    return "\n".join(
        " · ".join(formatter.show(fields[name], row[name]).text for name in ("name", "quantity", "price", "amount"))
        for row in rows
    )
