"""The information centre (CORE-46): what stands behind the bell, by kind, with what is unread; and letters to colleagues."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.api import SYSTEM_UID, Environment, ValidationError, _, formatter_for, has_right, notify

NOTE = "core.notification"
PAGE = "/x/base_mail/center"
SHOWN = 50
ICONS: Mapping[str, str] = {
    "message": "message",
    "task": "checkbox",
    "warning": "alert-triangle",
    "announcement": "speakerphone",
}
ANNOUNCE = "base_mail.announce"
MOST_TEXT = 10_000


@dataclass(frozen=True)
class Line:
    """One message as the page shows it."""

    id: int
    kind: str
    kind_label: str
    icon: str
    title: str
    text: str
    is_read: bool
    has_page: bool
    """Whether it leads to another page."""
    sender: str
    """Who sent it; empty for the system."""
    when: str
    exact: str | None


def kinds_of(env: Environment) -> Mapping[str, str]:
    """Return the kinds of messages with their labels in the language of the user."""
    options = env.registry[NOTE].fields["kind"].options  # type: ignore[attr-defined]  # a Selection
    plural = {
        "message": _("Messages"),
        "task": _("To do"),
        "warning": _("Warnings"),
        "announcement": _("Announcements"),
    }
    return {key: str(env.services.text(plural.get(key, label), env.lang)) for key, label in options.items()}


def unread_by_kind(env: Environment) -> dict[str, int]:
    """Return how many messages of each kind the user has not read; one statement."""
    unread = [["user", "=", env.uid], ["read_at", "is_not_set", True]]
    return {row["kind"]: row["id"] for row in env[NOTE].aggregate(unread, {"id": "count"}, by=["kind"])}


def lines_of(env: Environment, kind: str | None, *, unread: bool, page: int) -> tuple[list[Line], bool]:
    """Return messages of the user, the latest first, and whether there are more behind them.

    Args:
        env: Whose messages.
        kind: Only this kind; None: all.
        unread: Only those not read.
        page: Counted from 1.
    """
    domain: list[Any] = [["user", "=", env.uid]]
    if kind:
        domain.append(["kind", "=", kind])
    if unread:
        domain.append(["read_at", "is_not_set", True])
    names = ["kind", "title", "text", "url", "at", "read_at", "created_by", "created_by.name"]
    rows = env[NOTE].read(domain, names, "id desc", SHOWN + 1, (page - 1) * SHOWN)
    labels, formatter = kinds_of(env), formatter_for(env)
    at = env.registry[NOTE].fields["at"]
    return [_line(row, labels, formatter.show(at, row["at"])) for row in rows[:SHOWN]], len(rows) > SHOWN


def _line(row: Mapping[str, Any], labels: Mapping[str, str], when: Any) -> Line:
    return Line(
        row["id"],
        row["kind"],
        labels.get(row["kind"], row["kind"]),
        ICONS.get(row["kind"], "message"),
        row["title"],
        row["text"] or "",
        row["read_at"] is not None,
        bool(row["url"]),
        "" if row["created_by"] in (None, SYSTEM_UID) else row["created_by.name"] or "",
        when.text,
        when.title,
    )


@dataclass(frozen=True)
class Readers:
    """To whom a letter goes; ids."""

    users: tuple[int, ...] = ()
    teams: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    everybody: bool = False


def write_letter(env: Environment, readers: Readers, title: str, text: str, *, is_announcement: bool) -> int:
    """Send an internal message; return how many people got it. Who writes gets none, unless named.

    Departments count with those below them. Only who may announce writes to everybody, or makes an announcement.

    Raises:
        ValidationError: Nobody is meant, there is no title, or the right is missing; ``field`` says where.
    """
    if (is_announcement or readers.everybody) and not has_right(env, ANNOUNCE):
        raise ValidationError(_("You may not write announcements."), field="announcement")
    title = " ".join(title.split())
    if not title:
        raise ValidationError(_("A message has a subject."), field="title")
    if len(title) > 200 or len(text) > MOST_TEXT:
        raise ValidationError(_("The text is too long."), field="text")
    ids = set(_people(env, readers))
    if env.uid not in readers.users:
        ids.discard(env.uid)
    if not ids:
        raise ValidationError(_("Say to whom it goes."), field="users")
    return notify(env, ids, title, text=text.strip(), kind="announcement" if is_announcement else "message")


def _people(env: Environment, readers: Readers) -> Iterable[int]:
    active: list[Any] = [["active", "=", True], ["id", "!=", SYSTEM_UID]]
    parts: list[Any] = []
    if readers.users:
        parts.append(["id", "in", list(readers.users)])
    if readers.teams:
        parts.append(["teams", "in", list(readers.teams)])
    if readers.departments:
        parts.append({"any": [["department", "under", number] for number in readers.departments]})
    if not readers.everybody and not parts:
        return []
    domain = active if readers.everybody else [*active, {"any": parts}]
    return [row["id"] for row in env["core.user"].read(domain, ["id"])]
