"""Reads the parameters of a request: ``domain fields order limit offset`` and those of aggregate (layer web)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from core.errors import Where, unknown
from core.i18n import _
from core.web.errors import RequestError, malformed, query_faults
from core.web.jsondata import parse_json
from core.web.request import Request

DEFAULT_LIMIT = 80
MAX_LIMIT = 1000
MAX_OFFSET = 2**31 - 1
MAX_DIGITS = 10
MAX_NAMES = 200
"""Most fields, groups or terms of an order."""
MAX_LINK = 2000
"""Longest query that is repeated in the header ``Link``; proxies refuse answers with large headers."""
MAX_STEPS = 12
"""Most steps in one path; each may be a join."""


def only(request: Request, known: Iterable[str]) -> None:
    """Refuse parameters that the address does not take, and those given twice.

    Raises:
        RequestError: There is one; the nearest known is proposed.
    """
    names = tuple(known)
    with query_faults():
        for name, values in request.args.lists():
            if name not in names:
                raise unknown("parameter", name[:64], names, code="request.parameter", where=Where(key=name[:64]))
            if len(values) > 1:
                raise malformed(_('The parameter "%(name)s" stands twice.', name=name), key=name)


def json_parameter(request: Request, name: str) -> Any:
    """Return a parameter that is JSON; None if it is absent or empty."""
    text = request.args.get(name, "")
    return parse_json(text, key=name) if text.strip() else None


def domain_of(request: Request) -> Any:
    """Return the raw domain; the ORM checks it."""
    return json_parameter(request, "domain")


def names_of(request: Request, name: str) -> list[str] | None:
    """Return a list of fields or paths, given as JSON or with commas; None if it is absent."""
    text = request.args.get(name)
    if text is None:
        return None
    found: Any = (
        parse_json(text, key=name) if text.lstrip().startswith("[") else [part.strip() for part in text.split(",")]
    )
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise malformed(_('"%(name)s" is a list of texts, or texts with commas.', name=name), key=name)
    found = [item for item in found if item]
    _check_paths(found, name)
    return list(found)


def _check_paths(paths: list[str], name: str) -> None:
    if len(paths) > MAX_NAMES:
        raise malformed(_('"%(name)s" has at most %(limit)s entries.', name=name, limit=MAX_NAMES), key=name)
    for path in paths:
        if path.count(".") >= MAX_STEPS:
            raise malformed(_("A path has at most %(limit)s steps.", limit=MAX_STEPS), key=name)


def order_of(request: Request) -> str | None:
    """Return the order; None if it is absent."""
    text = request.args.get("order", "").strip()
    _check_paths([part.strip() for part in text.split(",")], "order")
    return text or None


def whole_number(request: Request, name: str, default: int, highest: int) -> int:
    """Return a parameter that is a whole number from 0.

    Raises:
        RequestError: It is none, or too large.
    """
    text = request.args.get(name)
    if text is None:
        return default
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else -1
    if not 0 <= number <= highest:
        raise RequestError(
            400,
            _('"%(name)s" is a whole number from 0 to %(high)s.', name=name, high=highest),
            code="request.parameter",
            where=Where(key=name),
        )
    return number


def page_links(request: Request, total: int, *, limit: int, offset: int) -> dict[str, str]:
    """Return the header ``Link`` to the page before and the one after (RFC 8288); nothing where there is none, or the query is very long.

    Args:
        request: It asked for a page.
        total: Records on all pages.
        limit: Most records of a page.
        offset: Records before this page.
    """
    links = []
    if not limit or len(request.query_string) > MAX_LINK:
        return {}
    if offset:
        links.append((max(0, offset - limit), "prev"))
    if offset + limit < min(total, MAX_OFFSET):
        links.append((offset + limit, "next"))
    told = [
        f'<{request.path}?{urlencode({**request.args, "limit": limit, "offset": start})}>; rel="{kind}"'
        for start, kind in links
    ]
    return {"Link": ", ".join(told)} if told else {}


def measures_of(request: Request) -> dict[str, Any] | None:
    """Return measures: JSON such as ``{"amount": ["sum", "avg"]}``, or ``amount:sum,id:count``; None if absent."""
    text = request.args.get("measures", "").strip()
    if not text:
        return None
    found: Any = parse_json(text, key="measures") if text.startswith("{") else _measures_with_commas(text)
    wanted = [kind for kinds in found.values() for kind in (kinds if isinstance(kinds, list) else [kinds])]
    if not wanted or not all(isinstance(kind, str) for kind in wanted):
        raise malformed(
            _("Measures name fields and what to do with them."), hint='{"amount": "sum"}, amount:sum', key="measures"
        )
    _check_paths([*found, *wanted], "measures")
    return dict(found)


def _measures_with_commas(text: str) -> Mapping[str, Any]:
    found: dict[str, list[str]] = {}
    for part in text.split(","):
        path, _colon, kind = part.strip().partition(":")
        found.setdefault(path, []).append(kind)
    return {path: kinds if len(kinds) > 1 else kinds[0] for path, kinds in found.items()}
