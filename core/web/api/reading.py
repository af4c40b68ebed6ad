"""Records as JSON objects: what to read of them and how (layer web; design §2.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.web.api.models import may

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo

ALWAYS = ("id", "display_name", "version")
"""Every record says these."""


def fields_of(env: Environment, info: ModelInfo, *, whole: bool) -> list[str]:
    """Return the fields a record shows where the request names none.

    Args:
        env: Whose rights hold.
        info: The model.
        whole: All fields the user may read; False leaves out those that cost a list dearly: to-many ones, references and what is computed on the fly.
    """
    hidden = env.hidden_fields(info, "read")
    return [
        name
        for name, field in info.fields.items()
        if name not in hidden and (whole or (field.is_stored and not field.to_many and field.kind != "reference"))
    ]


def read_rows(
    env: Environment, info: ModelInfo, domain: Any, fields: Sequence[str], **page: Any
) -> list[dict[str, Any]]:
    """Return records as mappings, `ALWAYS` first."""
    names = list(dict.fromkeys([*ALWAYS, *fields]))
    return env[info.name].read(domain, names, **page)


def read_back(
    env: Environment, info: ModelInfo, ids: Sequence[int], fields: Sequence[str] | None
) -> list[dict[str, Any]]:
    """Return records just written, in the order of ``ids``.

    Of one that the user may not (or no longer) see only the id is told: the change itself was allowed and stays.
    """
    env.flush()
    if not may(env, info, "read"):
        return [{"id": number} for number in ids]
    names = fields_of(env, info, whole=True) if fields is None else fields
    found = {row["id"]: row for row in read_rows(env, info, [["id", "in", list(ids)]], names)}
    return [found.get(number, {"id": number}) for number in ids]
