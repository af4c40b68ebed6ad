"""Mark texts for translation (layer i18n). Nothing is looked up here: rendering is `core.i18n.translator`'s."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import Message


def _(msgid: str, params: Mapping[str, Any] | None = None, /, **values: Any) -> Message:
    """Mark an English text for translation; it is rendered where the reader's language is known.

    >>> str(_("%(count)s customers", count=3))
    '3 customers'

    Args:
        msgid: The English text, with values as ``%(name)s``; a literal, so that the extraction finds it.
        params: The values by name, for names that are no Python words.
        values: The values by name; another `Message` among them is rendered in the same language.
    """
    return Message(msgid, {**(params or {}), **values})
