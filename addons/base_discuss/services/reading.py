"""The discussion of a record as plain data, with a number of statements that does not depend on how much was said."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from addons.base_discuss.services.discussed import COMMENT, READER, Discussed
from addons.base_discuss.services.files import files_of
from addons.base_discuss.services.following import own_reader
from addons.base_discuss.services.segments import Segment, segments_of
from addons.base_discuss.services.writing import may_change
from core.api import Environment, formats, formatter_for

SHOWN = 50
"""Comments shown at once, each with its answers."""
_SHOWABLE = ("image/", "application/pdf", "text/plain")


@dataclass(frozen=True)
class File:
    """A file of a comment."""

    name: str
    url: str
    is_picture: bool
    size: str


@dataclass
class Line:
    """One comment as the page shows it."""

    id: int
    author: str
    initials: str
    tint: int
    is_own: bool
    day: str
    time: str
    exact: str
    text: str
    segments: tuple[Segment, ...]
    files: list[File]
    is_new: bool
    is_pinned: bool
    is_edited: bool
    is_withdrawn: bool
    may_change: bool
    may_delete: bool
    answers: list["Line"] = field(default_factory=list)


@dataclass
class Discussion:
    """What was said about a record, as much as is shown at once."""

    pinned: list[Line]
    lines: list[Line]
    """The others, the latest first; their answers the oldest first."""
    count: int
    new: int
    """Comments of others since the last visit."""
    last: int
    """Id of the latest comment; 0 for none."""
    follows: bool
    older: int | None
    """Comments with smaller ids are shown by the next page; None if there are none."""


def count_comments(env: Environment, model: str, number: int) -> tuple[int, int, int]:
    """Return how many comments a record has, how many of others are new to the user, and the latest id; one statement.

    The caller has found that the user may read the record.
    """
    comments, readers = env.registry[COMMENT].table, env.registry[READER].table
    seen = (
        sa.select(readers.c.seen)
        .where(readers.c.user_id == env.uid, readers.c.model == model, readers.c.record_id == number)
        .scalar_subquery()
    )
    fresh = sa.and_(comments.c.id > sa.func.coalesce(seen, 0), comments.c.author_id != env.uid)
    statement = sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(sa.case((fresh, 1), else_=0)), 0),
        sa.func.coalesce(sa.func.max(comments.c.id), 0),
    ).where(comments.c.model == model, comments.c.record_id == number, comments.c.withdrawn.is_(False))
    env.flush()
    count, new, last = env.connection.execute(statement).one()
    return int(count), int(new), int(last)


def read_discussion(discussed: Discussed, before: int | None = None) -> Discussion:
    """Return the latest comments, or those before one; six statements.

    Args:
        discussed: The record.
        before: Id of a comment: only those written before it.
    """
    env = discussed.env
    count, new, last = count_comments(env, discussed.model, discussed.number)
    follows, seen = own_reader(discussed)
    rows = _rows(discussed, before) if count else []
    ids = [row.id for row in rows]
    names = _mentioned_in(env, ids)
    files = files_of(discussed, ids)
    show = formatter_for(env)
    made = {row.id: _line(discussed, row, names.get(row.id, []), files.get(row.id, []), seen, show) for row in rows}
    roots: list[Line] = []
    for row in rows:
        if row.parent_id is None:
            roots.append(made[row.id])
        elif row.parent_id in made:
            made[row.parent_id].answers.insert(0, made[row.id])
    loose = [line for line in roots if not line.is_pinned]
    shown = loose[:SHOWN]
    return Discussion(
        pinned=[line for line in roots if line.is_pinned],
        lines=shown,
        count=count,
        new=new,
        last=last,
        follows=follows,
        older=shown[-1].id if len(loose) > SHOWN else None,
    )


def as_json(discussion: Discussion) -> dict[str, Any]:
    """Return a discussion for other programs."""
    return {
        "comments": [_json_of(line) for line in [*discussion.pinned, *discussion.lines]],
        "total": discussion.count,
        "new": discussion.new,
        "follows": discussion.follows,
        "older": discussion.older,
    }


def _json_of(line: Line) -> dict[str, Any]:
    names = ("id", "author", "text", "is_own", "is_new", "is_pinned", "is_edited", "is_withdrawn")
    return {
        **{name: getattr(line, name) for name in names},
        "at": line.exact,
        "files": [asdict(file) for file in line.files],
        "answers": [_json_of(answer) for answer in line.answers],
    }


def _rows(discussed: Discussed, before: int | None) -> list[Any]:
    """Return the comments to be shown with their answers, the latest first; pinned ones on the first page only."""
    env = discussed.env
    table, users = env.registry[COMMENT].table, env.registry["core.user"].table
    of_record = (table.c.model == discussed.model, table.c.record_id == discussed.number)
    roots = sa.select(table.c.id).where(*of_record, table.c.parent_id.is_(None), table.c.pinned.is_(False))
    if before is not None:
        roots = roots.where(table.c.id < before)
    # One more than is shown tells whether there are older ones.
    page = roots.order_by(table.c.id.desc()).limit(SHOWN + 1).subquery()
    chosen = [sa.select(page.c.id)]
    if before is None:
        chosen.append(sa.select(table.c.id).where(*of_record, table.c.pinned))
    is_chosen = sa.or_(*(column.in_(ids) for ids in chosen for column in (table.c.id, table.c.parent_id)))
    names = ("id", "author_id", "text", "parent_id", "pinned", "edited_at", "withdrawn", "created_at")
    statement = (
        sa.select(*(table.c[name] for name in names), users.c.name.label("author"))
        .join(users, users.c.id == table.c.author_id)
        .where(*of_record, is_chosen)
        .order_by(table.c.id.desc())
    )
    return list(env.connection.execute(statement))


def _mentioned_in(env: Environment, comments: list[int]) -> Mapping[int, list[str]]:
    """Return names and login names of those mentioned, by comment."""
    found: dict[int, list[str]] = {}
    if not comments:
        return found
    field: Any = env.registry[COMMENT].fields["mentions"]
    links, users = field.relation_table, env.registry["core.user"].table
    own, other = (links.c[name] for name in field.relation_columns)
    statement = sa.select(own, users.c.name, users.c.login).join(users, users.c.id == other).where(own.in_(comments))
    for comment, name, login in env.connection.execute(statement):
        found.setdefault(comment, []).extend(word for word in (name, login) if word)
    return found


def _line(discussed: Discussed, row: Any, names: list[str], files: list[Any], seen: int, show: Any) -> Line:
    text = formats.datetime(row.created_at, show.lang, show.zone, now=show.now)
    day, _space, _time = text.rpartition(" ")
    is_own = row.author_id == discussed.env.uid
    shown = show.show(discussed.env.registry[COMMENT].fields["author"], row.author_id, row.author)
    return Line(
        id=row.id,
        author=row.author,
        initials=shown.initials,
        tint=shown.tint,
        is_own=is_own,
        day=day or text,
        time=formats.time(row.created_at, show.lang, show.zone),
        exact=formats.datetime(row.created_at, show.lang, show.zone, exact=True),
        text=row.text or "",
        segments=segments_of(row.text or "", names),
        files=[_file(file) for file in files],
        is_new=row.id > seen and not is_own and not row.withdrawn,
        is_pinned=row.pinned,
        is_edited=row.edited_at is not None and not row.withdrawn,
        is_withdrawn=row.withdrawn,
        may_change=may_change(discussed, row.author_id, row.created_at, withdrawn=row.withdrawn),
        may_delete=(is_own or discussed.may_moderate) and not row.withdrawn,
    )


def _file(row: Any) -> File:
    address = f"/files/{row.id}/{quote(row.name, safe='')}"
    size = row.size or 0
    return File(
        name=row.name,
        url=f"{address}?preview=1" if row.mimetype.startswith(_SHOWABLE) else address,
        is_picture=row.mimetype.startswith("image/"),
        size=f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(1, size // 1024)} KB",
    )
