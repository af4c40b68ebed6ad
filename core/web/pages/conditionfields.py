"""Fields that hold conditions on records: their values in words, and what their inputs show (layer web; CORE-39).

Which model they are about the field declares (`Json.conditions_of`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from core.errors import DomainError
from core.render.form import Conditions
from core.web.api.models import may
from core.web.pages.conditiontexts import domain_text

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.web.call import Call


def holds_conditions(field: Any) -> bool:
    """Whether a field declares that it holds conditions; ``field`` is None for ``id`` and ``display_name``."""
    return getattr(field, "conditions_of", None) is not None


def model_path(env: Environment, field: Any) -> str | None:
    """Return the path from a record to the name of the model that a field's conditions are about; None where it holds none or names the model."""
    path: str | None = getattr(field, "conditions_of", None)
    return None if path in env.registry.models else path


def in_words(call: Call, model: Any, value: Any) -> str | None:
    """Return conditions in words; None where there are none, or where they can't be told: no such model, or no domain."""
    info = call.env.registry.models.get(model)
    if info is None or not value:
        return None
    try:
        return domain_text(call, info, value)
    except DomainError:
        return None


def conditions_part(call: Call, model: Any, model_input: str, text: str) -> Conditions:
    """Return what the input of such a field shows.

    Args:
        call: The request.
        model: Name of the model as it is now; anything else: not known yet.
        model_input: Name of the input in which the model stands; empty: it is in none.
        text: What stands in the input, a domain as JSON, or whatever was typed.
    """
    info = call.env.registry.models.get(model)
    known = model if info is not None and may(call.env, info, "read") else ""
    try:
        value = json.loads(text) if text else None
    except ValueError:
        value = None
    return Conditions(known, model_input, in_words(call, model, value) or text)
