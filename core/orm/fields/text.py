"""Texts: `Char` (one line, limited), `Text` (any length), `Html` (rich text, sanitised). Layer: orm."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, ClassVar

import nh3
import sqlalchemy as sa

from core.i18n import _
from core.orm.fields.base import Field

if TYPE_CHECKING:
    from core.orm.environment import Environment


class Text(Field[str]):
    """Text of any length, with line breaks."""

    kind = "text"

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        """Return the column type."""
        return sa.Text()

    def convert(self, value: Any, env: Environment | None = None) -> str | None:
        """Return the text; refuses other types, NUL characters and lone surrogates, which no database keeps."""
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.wrong_type(value, _("text"))
        if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
            raise self.invalid(_("%(label)s holds characters that can't be stored.", label=self.label))
        # One spelling for each character, so that searching finds what looks alike.
        return value if value.isascii() else unicodedata.normalize("NFC", value)


class Char(Text):
    """One line of text of at most ``size`` characters (default 255)."""

    kind = "char"
    own_options: ClassVar[frozenset[str]] = frozenset({"size"})
    size: int | None = 255
    """Most characters; None means no limit."""

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        """Return the column type."""
        return sa.String(self.size)

    def convert(self, value: Any, env: Environment | None = None) -> str | None:
        """Return the text; refuses what is longer than ``size``."""
        text = value if type(value) is str and value.isascii() and value.isprintable() else super().convert(value, env)
        if text is not None and self.size is not None and len(text) > self.size:
            raise self.invalid(
                _(
                    "%(label)s may have at most %(size)s characters, this has %(length)s.",
                    label=self.label,
                    size=self.size,
                    length=len(text),
                ),
                code="validation.too_long",
            )
        return text


class Html(Text):
    """Rich text. Everything but harmless formatting is taken out when it is set."""

    kind = "html"

    def convert(self, value: Any, env: Environment | None = None) -> str | None:
        """Return the sanitised text."""
        text = super().convert(value, env)
        return None if text is None else nh3.clean(text)
