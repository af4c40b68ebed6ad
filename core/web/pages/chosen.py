"""The ids of the records chosen in a list, as its form sends them (layer web; CORE-42)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.i18n import _
from core.web.errors import malformed
from core.web.ids import id_of

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict


def chosen_ids(form: MultiDict[str, str]) -> list[int]:
    """Return the ids sent, each once, in the order sent.

    Raises:
        RequestError: One is no id (400).
    """
    return list(dict.fromkeys(_id_of(text) for text in form.getlist("id")))


def _id_of(text: str) -> int:
    number = id_of(text)
    if number is None:
        raise malformed(_("“%(text)s” is no id of a record.", text=text[:40]), key="id")
    return number
