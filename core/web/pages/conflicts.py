"""Somebody else saved meanwhile: who, when, and what differs from what was typed (layer web; CORE-35)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.web.pages.frame import formatter_of
from core.web.pages.inputs import text_of

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call


def conflict_of(call: Call, info: ModelInfo, record: Any) -> dict[str, Any]:
    """Return what a page shows of a conflict.

    Args:
        call: The request with the form that was refused.
        info: Model of the record.
        record: The record as it is now.

    Returns:
        ``who``, ``when`` (texts, empty where unknown), ``fields``: triples (label, theirs, yours) of the inputs that differ, and
        ``version``: the version with which the form would overwrite it.
    """
    formatter = formatter_of(call)
    hidden = call.env.hidden_fields(info, "read")
    differing = []
    for name, field in info.fields.items():
        if name in hidden or name not in call.request.form or field.kind == "one2many" or field.is_relation:
            continue
        theirs = text_of(field, getattr(record, name), formatter.zone)
        yours = call.request.form[name].strip()
        if theirs != yours:
            differing.append((call.text(field.label), formatter.show(field, getattr(record, name)).text, yours))
    who = record.updated_by
    return {
        "who": who.name if who is not None else "",
        "when": formatter.show(info.fields["updated_at"], record.updated_at).text,
        "fields": differing,
        "version": record.version,
    }
