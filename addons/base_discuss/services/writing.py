"""Writing, changing, pinning and deleting comments."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from addons.base_discuss.services.discussed import COMMENT, READER, Discussed
from addons.base_discuss.services.files import drop_files, store_files
from addons.base_discuss.services.following import mark_seen
from addons.base_discuss.services.mentions import Mentioned, find_mentioned
from addons.base_discuss.services.telling import tell
from core.api import AccessDenied, Environment, MissingRecord, ValidationError, _, get_parameter, system_of

LONGEST_TEXT = 10_000
CHUNK = 500
_KEPT_CONTROLS = frozenset("\n\t")


@dataclass
class Written:
    """A comment that was written or changed, and who heard of it."""

    id: int
    told: list[str] = field(default_factory=list)
    """Names of those mentioned who may read the record."""
    untold: list[str] = field(default_factory=list)
    """Names of those mentioned who may not, and were not told."""
    several: list[str] = field(default_factory=list)
    """Names that several people have, so that nobody was told."""


def write_comment(discussed: Discussed, text: str, *, parent: int | None = None, files: Iterable[Any] = ()) -> Written:
    """Write a comment on a record and tell those concerned.

    Args:
        discussed: The record.
        text: Plain text; may be empty if there are files.
        parent: Id of the comment it answers; an answer to an answer stands below the first comment.
        files: Uploads that belong to it.

    Raises:
        AccessDenied: The user may only read here.
        MissingRecord: There is no comment ``parent`` on this record.
        ValidationError: There is neither text nor file, or too much of one.
    """
    _require_write(discussed)
    sent = list(files)
    clean = _clean(text, may_be_empty=bool(sent))
    above = None if parent is None else _comment(discussed, parent)
    if above is not None and above.withdrawn:
        raise _nothing_there()
    mentioned = find_mentioned(discussed.env, clean)
    system = system_of(discussed.env)
    values = {
        **discussed.key,
        "author": discussed.env.uid,
        "text": clean,
        "parent": None if above is None else above.parent_id or above.id,
    }
    comment = system[COMMENT].create(values)
    system.flush()
    store_files(discussed, comment.id, sent)
    told = tell(discussed, clean, mentioned, answered=None if above is None else above.author_id)
    if told:
        comment.update(mentions=list(told))
        system.flush()
    mark_seen(discussed, comment.id)
    return _written(comment.id, told, mentioned)


def change_comment(discussed: Discussed, number: int, text: str) -> Written:
    """Change a comment of one's own while that is allowed; who is mentioned only now is told.

    Raises:
        AccessDenied: It is not the user's own, or the time for it is over.
        MissingRecord: There is no such comment on this record.
        ValidationError: There is no text, or too much of it.
    """
    _require_write(discussed)
    comment = _comment(discussed, number)
    if not may_change(discussed, comment.author_id, comment.created_at, withdrawn=comment.withdrawn):
        raise AccessDenied(_("A comment is changed by who wrote it, within the time allowed."), code="access.comment")
    clean = _clean(text, may_be_empty=False)
    env = discussed.env
    mentioned = find_mentioned(env, clean)
    before = {user.id for user in comment.mentions}
    fresh = Mentioned({number: name for number, name in mentioned.people.items() if number not in before})
    told = tell(discussed, clean, fresh, is_new=False)
    kept = [number for number in mentioned.people if number in before or number in told]
    comment.update(text=clean, mentions=kept, edited_at=env.now())
    system_of(env).flush()
    fresh.several = mentioned.several
    return _written(comment.id, told, fresh)


def delete_comment(discussed: Discussed, number: int) -> None:
    """Delete a comment with its files: one's own, or with the right that of others. With answers, an empty one stays.

    Raises:
        AccessDenied: It is not the user's own.
        MissingRecord: There is no such comment on this record.
    """
    comment = _comment(discussed, number)
    if comment.withdrawn:
        raise _nothing_there()
    if comment.author_id != discussed.env.uid and not discussed.may_moderate:
        raise AccessDenied(_("Only who wrote a comment may delete it."), code="access.comment")
    drop_files(discussed.env, discussed.model, [discussed.number], comment.id)
    env, system = discussed.env, system_of(discussed.env)
    table = env.registry[COMMENT].table
    if _has_answers(env, comment.id):
        comment.update(text=None, mentions=[], pinned=False, withdrawn=True)
        system.flush()
        return
    parent = comment.parent_id
    env.connection.execute(sa.delete(table).where(table.c.id == comment.id))
    if parent is not None and not _has_answers(env, parent):
        env.connection.execute(sa.delete(table).where(table.c.id == parent, table.c.withdrawn))
    system.session.expire_all()


def pin_comment(discussed: Discussed, number: int, *, on: bool) -> None:
    """Show a comment before the others, or no longer.

    Raises:
        AccessDenied: The user may neither change the record nor moderate.
        MissingRecord: There is no such comment on this record, or it is an answer.
    """
    comment = _comment(discussed, number)
    if comment.parent_id is not None or comment.withdrawn:
        raise _nothing_there()
    if not discussed.may_pin:
        raise AccessDenied(_("Who may change the record may pin comments."), code="access.comment")
    comment.update(pinned=on)
    system_of(discussed.env).flush()


def forget_records(env: Environment, model: str, numbers: Iterable[int]) -> None:
    """Drop what was said about records that are gone for good."""
    gone = list(numbers)
    for start in range(0, len(gone), CHUNK):
        some = gone[start : start + CHUNK]
        comments, readers = env.registry[COMMENT].table, env.registry[READER].table
        had = sa.select(comments.c.id).where(comments.c.model == model, comments.c.record_id.in_(some)).limit(1)
        if env.connection.execute(had).first() is not None:
            drop_files(env, model, some)
        for table in (comments, readers):
            chosen = (table.c.model == model) & table.c.record_id.in_(some)
            env.connection.execute(sa.delete(table).where(chosen))


def may_change(discussed: Discussed, author: int, written: datetime.datetime, *, withdrawn: bool) -> bool:
    """Whether the user may still change a comment."""
    if author != discussed.env.uid or withdrawn or not discussed.may_write:
        return False
    minutes: int = get_parameter(discussed.env, "base_discuss.edit_minutes")
    return minutes > 0 and discussed.env.now() - written <= datetime.timedelta(minutes=minutes)


def _written(number: int, told: Any, mentioned: Mentioned) -> Written:
    untold = [name for user, name in mentioned.people.items() if user not in told]
    return Written(number, list(told.values()), untold, mentioned.several)


def _require_write(discussed: Discussed) -> None:
    if not discussed.may_write:
        raise AccessDenied(_("Only who may change the record writes comments here."), code="access.comment")


def _comment(discussed: Discussed, number: int) -> Any:
    """Return a comment on this record.

    Raises:
        MissingRecord: There is none with this id.
    """
    comment = system_of(discussed.env)[COMMENT].find(number)
    if comment is None or (comment.model, comment.record_id) != (discussed.model, discussed.number):
        raise _nothing_there()
    return comment


def _nothing_there() -> MissingRecord:
    return MissingRecord(_("There is no such comment."))


def _has_answers(env: Environment, number: int) -> bool:
    table = env.registry[COMMENT].table
    return env.connection.execute(sa.select(table.c.id).where(table.c.parent_id == number).limit(1)).first() is not None


def _clean(text: str, *, may_be_empty: bool) -> str:
    """Return a text without characters that are not meant to be seen.

    Raises:
        ValidationError: It is empty or too long.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    clean = "".join(char for char in lines if char in _KEPT_CONTROLS or (ord(char) >= 32 and ord(char) != 127)).strip()
    if not clean and not may_be_empty:
        raise ValidationError(_("Write something, or attach a file."), field="text")
    if len(clean) > LONGEST_TEXT:
        raise ValidationError(_("A comment has at most %(most)s characters.", most=f"{LONGEST_TEXT:,}"), field="text")
    return clean
