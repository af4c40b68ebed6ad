"""Values ready to be shown: plain data that templates print without asking anybody (layer render).

`Formatter` turns a value as `BoundModel.read` gives it into a `Shown`, in the language and time zone of the reader.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.i18n import _, formats

TONES: Mapping[str, str] = {
    "accent": "ac",
    "success": "ok",
    "warning": "wa",
    "danger": "er",
    "neutral": "gr",
    "muted": "mut",
    "strong": "b6",
}
"""Class of the style sheet for each tint of `core.views.vocabulary.TINTS`."""
USUAL_TONES: Mapping[str, str] = {
    **dict.fromkeys(("draft", "new", "cancelled", "canceled", "closed", "inactive", "expired"), "neutral"),
    **dict.fromkeys(("open", "running", "sent", "submitted", "in_progress", "confirmed", "waiting"), "accent"),
    **dict.fromkeys(("done", "paid", "won", "approved", "active", "accepted", "succeeded", "effective"), "success"),
    **dict.fromkeys(("late", "due", "returned", "retrying", "refused", "held"), "warning"),
    **dict.fromkeys(("lost", "failed", "overdue", "rejected", "error", "dead"), "danger"),
}
"""What the usual words for a state mean where a view says nothing of colours (interface reference, badges)."""
NUMBERS = frozenset({"integer", "float", "decimal", "money"})
_TAG = re.compile(r"<[^>]*>")
_SYSTEM_USER = (1, "System")
"""Id and name of the user for the system itself, as every database has it."""
_LONGEST = 200
"""Characters of a long text that a list shows."""


@dataclass(frozen=True)
class Shown:
    """A value as a template prints it."""

    kind: str
    """Kind of the field, such as ``money``."""
    text: str = ""
    """The value in words; empty for none."""
    value: Any = None
    """The plain value: an id for relations, a key for selections, ISO text for dates; None for none."""
    title: str | None = None
    """Tooltip; None shows none."""
    url: str | None = None
    """Page of the related record; None where there is none to open."""
    tone: str | None = None
    """Class of the style sheet that tints it, or None."""
    items: tuple[Shown, ...] = ()
    """The single values of a to-many field."""
    image: str | None = None
    """Address of a picture, or None."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.text and not self.items

    @property
    def initials(self) -> str:
        """What stands in the circle of a person: the last character of a Chinese name, else the first letter."""
        return initials_of(self.text)

    @property
    def tint(self) -> int:
        """Which of the six pale tints a person's circle has."""
        return tint_of(self.value)


def initials_of(name: str, count: int = 1) -> str:
    """Return what stands in a person's circle, for a name such as 林晓雨 or Alice Wong.

    Args:
        name: The name; empty gives ``?``.
        count: Most characters, 1 or 2.
    """
    name = name.strip()
    if not name:
        return "?"
    if "\u4e00" <= name[-1] <= "\u9fff":
        return name[-count:]
    return "".join(word[0] for word in name.split()[:count]).upper()


def tint_of(number: Any) -> int:
    """Return the number of the pale tint for an id; 0 for none."""
    return number % 6 if isinstance(number, int) else 0


def formatter_for(env: Any) -> Formatter:
    """Return what shows values to the user of an environment, in their language and time zone and the company's currency."""
    currency = getattr(env.company, "currency", None)
    zone = getattr(env.user, "timezone", None) or str(env.timezone)
    return Formatter(
        env.lang, zone, env.now(), lambda text: str(env.services.text(text, env.lang)), getattr(currency, "key", None)
    )


class Formatter:
    """Shows values to one reader.

    Args:
        lang: Language such as ``zh_CN``.
        zone: IANA name of the reader's time zone.
        now: The present, aware.
        text: Renders a message or label in that language.
        currency: ISO code of the amounts; None is CNY.
    """

    def __init__(
        self, lang: str, zone: str, now: dt.datetime, text: Callable[[Any], str], currency: str | None = None
    ) -> None:
        self.lang = lang
        self.zone = zone
        self.now = now
        self.text = text
        self.currency = currency or "CNY"

    def show(
        self,
        field: Any,
        value: Any,
        name: Any = None,
        *,
        url: Callable[[str, int], str | None] | None = None,
        colors: Mapping[str, str] | None = None,
        in_table: bool = False,
    ) -> Shown:
        """Return a value ready to be shown.

        Args:
            field: The field: anything with ``kind`` and, for selections, ``options``, for relations ``comodel``.
            value: As `BoundModel.read` gives it; None for none.
            name: For relations and references what the other record is called (a list for to-many ones); None where it may not be seen.
            url: Gives the page of a record by model and id.
            colors: Tint for each key of a selection; None takes `USUAL_TONES`.
            in_table: Money without its sign.
        """
        kind = field.kind
        if field.to_many:
            names = name if isinstance(name, Sequence) and not isinstance(name, str) else ()
            pairs = zip(value or (), names, strict=False)
            items = tuple(self._related(field, number, each, url) for number, each in pairs)
            return Shown(kind, self._join(item.text for item in items), value, items=items)
        if value is None or value == "":
            return Shown(kind)
        if field.is_relation:
            return self._related(field, value, name, url)
        if kind == "reference" and name is not None:
            return Shown(kind, str(name), value["id"], url=None if url is None else url(value["model"], value["id"]))
        shower = getattr(self, f"_show_{kind}", None)
        if shower is not None:
            shown: Shown = shower(field, value, colors, in_table)
            return shown
        return Shown(kind, str(value), value)

    def large(self, field: Any, value: Any) -> Shown:
        """Return a figure of a card or chart, shortened: ``128.64 万``."""
        if value is None or field.kind not in NUMBERS:
            return self.show(field, value)
        return Shown(field.kind, formats.large(value, self.lang), value, title=self.show(field, value).text)

    def _join(self, texts: Any) -> str:
        return ("、" if formats.is_chinese(self.lang) else ", ").join(texts)

    def _related(self, field: Any, value: Any, name: Any, url: Callable[[str, int], str | None] | None) -> Shown:
        address = url(field.comodel, value) if url is not None and name is not None else None
        text = formats.NONE if name is None else str(name)
        if field.comodel == "core.user" and (value, text) == _SYSTEM_USER:
            # Nobody named it: unlike the names of people, this one is a word.
            text = self.text(_("System"))
        return Shown(field.kind, text, value, url=address)

    def _show_integer(self, field: Any, value: Any, _colors: Any, _in_table: bool) -> Shown:
        return Shown(field.kind, formats.number(value, self.lang), value)

    _show_float = _show_decimal = _show_integer

    def _show_money(self, field: Any, value: Any, _colors: Any, in_table: bool) -> Shown:
        if in_table and not value:
            return Shown(field.kind, formats.NONE, value)
        return Shown(field.kind, formats.money(value, self.lang, self.currency, sign=not in_table), value)

    def _show_boolean(self, field: Any, value: Any, _colors: Any, _in_table: bool) -> Shown:
        return Shown(field.kind, "✓" if value else formats.NONE, value)

    def _show_date(self, field: Any, value: dt.date, _colors: Any, in_table: bool) -> Shown:
        style: formats.DateStyle = "table"
        return Shown(field.kind, formats.date(value, self.lang, style), value.isoformat(), title=self._long(value))

    def _show_datetime(self, field: Any, value: dt.datetime, _colors: Any, _in_table: bool) -> Shown:
        text = formats.datetime(value, self.lang, self.zone, now=self.now)
        exact = formats.datetime(value, self.lang, self.zone, exact=True)
        return Shown(field.kind, text, value.isoformat(), title=exact)

    def _show_selection(self, field: Any, value: str, colors: Mapping[str, str] | None, _in_table: bool) -> Shown:
        tint = (colors or {}).get(value) or USUAL_TONES.get(value)
        text = self.text(field.options.get(value, value))
        return Shown(field.kind, text, value, tone=TONES.get(tint or "neutral"))

    def _show_text(self, field: Any, value: str, _colors: Any, in_table: bool) -> Shown:
        if not in_table:
            return Shown(field.kind, value, value)
        short = " ".join(value.split())
        return Shown(field.kind, short[:_LONGEST], value, title=short[:1000] if len(short) > _LONGEST else None)

    def _show_html(self, field: Any, value: str, _colors: Any, in_table: bool) -> Shown:
        plain = " ".join(html.unescape(_TAG.sub(" ", value)).split())
        return Shown(field.kind, plain[:_LONGEST] if in_table else plain, value)

    def _show_char(self, field: Any, value: str, _colors: Any, _in_table: bool) -> Shown:
        is_phone = field.name in ("phone", "mobile", "fax")
        return Shown(field.kind, formats.phone(value) if is_phone else value, value)

    _show_sequence = _show_char

    def _show_json(self, field: Any, value: Any, _colors: Any, _in_table: bool) -> Shown:
        return Shown(field.kind, json.dumps(value, ensure_ascii=False, default=str)[:_LONGEST], value)

    def _show_reference(self, field: Any, value: Any, _colors: Any, _in_table: bool) -> Shown:
        number = value.get("id") if isinstance(value, Mapping) else value
        model = value.get("model") if isinstance(value, Mapping) else ""
        return Shown(field.kind, f"{model} {number}".strip(), value)

    def _long(self, value: dt.date) -> str:
        return formats.date(value, self.lang, "long")
