"""What the tables of administration share: reading buttons, paging, names of records and values in words (layer base)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.base.pages.administrators import number_of, numbers_of
from core.i18n import _, formats
from core.web.errors import malformed
from core.web.pages.addresses import record_url

if TYPE_CHECKING:
    from core.web.call import Call

SIZE = 50
"""Rows of a page."""


def pressed(call: Call, known: Iterable[str]) -> tuple[str, list[int]]:
    """Return the button pressed and the ids it is for: of its row (``one`` = ``do:id``) or of all rows ticked (``all`` = ``do``).

    Raises:
        RequestError: No button, or none that there is (400).
    """
    one = call.request.form.get("one", "")
    if one:
        name, _colon, number = one.partition(":")
        ids = [number_of(number, "one")]
    else:
        name, ids = call.request.form.get("all", ""), numbers_of(call, "id")
    if name not in known:
        raise malformed(_('"%(value)s" is not known here.', value=(one or name)[:80]), key="one")
    return name, ids


def when(call: Call, at: dt.datetime | None) -> str:
    """Return an instant as the reader reads it; empty for none."""
    if at is None:
        return ""
    zone = str(call.env.user.timezone or call.env.timezone)
    return formats.datetime(at, call.lang, zone, now=call.env.now())


def model_label(call: Call, model: str | None) -> str:
    """Return what a model is called; its name if its addon is not enabled."""
    info = call.env.registry.models.get(model or "")
    return call.text(_(info.label)) if info is not None else model or ""


def record_names(call: Call, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Return what living records are called, one statement for each model; those that can't be read are left out."""
    by_model: dict[str, set[int]] = {}
    for model, number in wanted:
        if model in call.env.registry.models:
            by_model.setdefault(model, set()).add(number)
    found = {}
    for model, numbers in by_model.items():
        for row in call.env[model].read([["id", "in", sorted(numbers)]], ["id", "display_name"]):
            found[model, row["id"]] = call.text(str(row["display_name"]))
    return found


def record_link(names: Mapping[tuple[str, int], str], model: str | None, number: int | None) -> str | None:
    """Return the address of a record that can be opened, else None."""
    return record_url(model, number) if model and number and (model, number) in names else None


def paged(rows: Sequence[Any], page: int, address: Any) -> tuple[Sequence[Any], str | None, str | None]:
    """Return the rows of a page read with one more than fits, and the addresses of the older and the newer page."""
    older = address(page + 1) if len(rows) > SIZE else None
    newer = address(page - 1) if page > 1 else None
    return rows[:SIZE], older, newer
