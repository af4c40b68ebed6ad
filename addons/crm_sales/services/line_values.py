"""Take the lines of one document over into another."""

from collections.abc import Iterable
from typing import Any

LINE_MODEL = "crm.sales.line"
OWN = frozenset({"created_at", "created_by", "updated_at", "updated_by", "version"})


def line_values(lines: Iterable[Any], target: Any) -> list[dict[str, Any]]:
    """Return the values of ``lines`` as lines of the model ``target``, in their order.

    Every field that both kinds of line have and that is copied goes along, those that other addons add too. What the user may not see,
    such as costs, is filled in anew.

    Args:
        lines: Records of a model made of ``crm.sales.line``.
        target: ``env["crm.order.line"]`` or another of its kind.
    """
    found = []
    there = target.info.fields
    hidden = target.env.hidden_fields(target.info, "update")
    for line in lines:
        names = [
            name
            for name, field in line._info.fields.items()
            if name in there and name not in OWN and name not in hidden and field.copied and field.is_stored and not field.computed
            and there[name].kind == field.kind and not field.to_many
        ]  # fmt: skip
        found.append({name: getattr(line, name) for name in names})
    return found
