"""Files of File and Image fields: a file sent before its record was saved becomes the record's (CORE-66).

A form sends a file as soon as it is chosen; until the record is saved the file belongs to nobody, and only who sent it reads it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo


def file_fields(info: ModelInfo) -> tuple[str, ...]:
    """Return the names of the stored fields of a model that hold a file."""
    return tuple(name for name, field in info.fields.items() if field.kind in ("file", "image") and field.is_stored)


def take_files(env: Environment, records: Iterable[Any]) -> None:
    """Make files that the user sent, and that belong to nobody yet, those of the saved records whose fields name them.

    Args:
        env: Who saved; files of somebody else are left alone.
        records: Saved records of any models.
    """
    table = env.registry["core.attachment"].table
    for record in records:
        info = record._info
        for name in file_fields(info):
            number = getattr(record, f"{name}_id")
            if number is None:
                continue
            free = sa.and_(table.c.id == number, table.c.model.is_(None), table.c.created_by_id == env.uid)
            values = {"model": info.name, "record_id": record.id, "field": name}
            env.connection.execute(sa.update(table).where(free).values(values))
