"""Files of comments: attachments of the record, so that whoever may read the record may read them."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from addons.base_discuss.services.discussed import COMMENT, Discussed
from core.api import Environment, ValidationError, _, store_attachment, system_of

ATTACHMENT = "core.attachment"
MOST_FILES = 10
_PREFIX = f"{COMMENT}:"


def store_files(discussed: Discussed, comment: int, files: Iterable[Any]) -> None:
    """Keep the files sent with a comment.

    Args:
        discussed: The record.
        comment: Id of the comment.
        files: Uploads with ``filename`` and ``stream``.

    Raises:
        ValidationError: One is too large or of a kind that is not allowed, or there are too many.
    """
    sent = list(files)
    if len(sent) > MOST_FILES:
        raise ValidationError(_("A comment has at most %(most)s files.", most=MOST_FILES), field="file")
    system = system_of(discussed.env)
    for file in sent:
        # The transaction may be run again.
        file.stream.seek(0)
        store_attachment(
            system,
            file.filename,
            file.stream,
            model=discussed.model,
            record_id=discussed.number,
            field=f"{_PREFIX}{comment}",
        )


def files_of(discussed: Discussed, comments: Iterable[int]) -> Mapping[int, list[Any]]:
    """Return the files of comments (rows with id, name, mimetype, size) by comment; one statement."""
    fields = {f"{_PREFIX}{number}": number for number in comments}
    found: dict[int, list[Any]] = {}
    if not fields:
        return found
    table = discussed.env.registry[ATTACHMENT].table
    columns = [table.c[name] for name in ("id", "name", "mimetype", "size", "field")]
    statement = (
        sa.select(*columns)
        .where(
            table.c.model == discussed.model,
            table.c.record_id == discussed.number,
            table.c.field.in_(list(fields)),
            table.c.deletion_id.is_(None),
        )
        .order_by(table.c.id)
    )
    for row in discussed.env.connection.execute(statement):
        found.setdefault(fields[row.field], []).append(row)
    return found


def drop_files(env: Environment, model: str, numbers: Iterable[int], comment: int | None = None) -> None:
    """Delete the files of one comment, or of all comments on records; they lie in the recycle bin like any file."""
    field = ["field", "like", f"{_PREFIX}%"] if comment is None else ["field", "=", f"{_PREFIX}{comment}"]
    domain = [["model", "=", model], ["record_id", "in", list(numbers)], field]
    files = system_of(env)[ATTACHMENT].search(domain)
    if files:
        files.delete()
