"""Where a form goes on to: a path of ours, never another site (layer web)."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

LONGEST = 2000


def safe_target(wanted: str) -> str:
    """Return ``wanted`` if it is a path of this site, else ``/``.

    Browsers take a backslash for a slash and drop tabs and line ends, so a path that holds one, also percent-encoded at its beginning, is
    none of ours. So is what ``..`` or a dot makes another path of.
    """
    if not wanted.startswith("/") or len(wanted) > LONGEST or not wanted.isascii() or not wanted.isprintable():
        return "/"
    path = urlsplit(wanted).path
    plain = unquote(path)
    is_foreign = plain.startswith(("//", "/\\")) or "\\" in plain or not plain.isprintable() or wanted.startswith("//")
    return "/" if is_foreign or ".." in plain.split("/") else wanted
