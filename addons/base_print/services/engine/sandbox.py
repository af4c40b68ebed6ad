"""Jinja2 as templates of prints get it: only the values packed for the print, few filters, every unknown name an error.

The process in which it runs has limits of time and memory, an empty folder and an empty environment (`child`); the parent uses the same
environment for reading a template without running it (`paths`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from markupsafe import Markup

from addons.base_print.services.engine import words
from addons.base_print.services.engine.values import Image, Row

MOST_RANGE = 10_000
"""Numbers of one ``range``."""
NAMES = ("record", "company", "user", "today", "now", "part", "copy", "lang")
"""What a template may name, besides functions."""
_WITHOUT_FILTERS = frozenset({"attr", "pprint", "tojson", "urlize", "xmlattr", "filesizeformat"})


class NameMissing(Exception):
    """A template used a field or name that is not there, or not for the reader."""

    def __init__(self, name: str, obj: Any = None) -> None:
        super().__init__(name)
        self.name = name
        self.obj = obj
        """What was asked for it; None: it is a name of the template itself."""


class _Missing(StrictUndefined):
    """What an unknown name gives: may be asked whether it is defined, and nothing else."""

    __slots__ = ()

    def __init__(self, hint: Any = None, obj: Any = missing, name: Any = None, exc: Any = None) -> None:
        asked = None if obj is missing else obj
        super().__init__(hint, obj, name, exc or (lambda _message: NameMissing(str(name), asked)))


class PrintSandbox(ImmutableSandboxedEnvironment):
    """The environment.

    Args:
        lang: Language of the print, such as ``zh_CN``.
        functions: What templates may call besides ``range``, ``namespace`` and ``image``.
    """

    def __init__(self, lang: str = "en", functions: Mapping[str, Callable[..., Any]] | None = None) -> None:
        super().__init__(
            undefined=_Missing,
            autoescape=True,
            finalize=lambda value: _finalized(value, lang),
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=0,
        )
        self.globals = {
            "range": _range,
            "namespace": self.globals["namespace"],
            "image": picture,
            **(functions or {}),
        }
        self.filters = {name: each for name, each in self.filters.items() if name not in _WITHOUT_FILTERS}
        self.filters |= {
            "money": words.money,
            "capital": partial(words.capital, lang=lang),
            "number": words.number,
            "date": partial(_date, lang=lang),
            "lines": words.lines,
        }

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read a field of a row; of anything else what the sandbox allows."""
        if isinstance(obj, Row):
            return obj.fields[attribute] if attribute in obj.fields else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Subscribe a list or text; a row by the name of a field."""
        return self.getattr(obj, str(argument)) if isinstance(obj, Row) else super().getitem(obj, argument)


def picture(value: Any, width: str = "", height: str = "") -> Markup:
    """Return a picture of the record or the company; none gives nothing.

    Args:
        value: An image field.
        width: Width with a unit of CSS; empty: as it is.
        height: Likewise.

    Raises:
        ValueError: A size is none.
        TypeError: ``value`` is no picture.
    """
    if not value:
        return Markup("")
    if not isinstance(value, Image):
        raise TypeError("image() takes an image field")
    given = (("width", width), ("height", height))
    style = ";".join(f"{name}:{words.length(size)}" for name, size in given if size)
    return Markup('<img src="image:{}" style="{}" alt="">').format(str(value), style)


def _finalized(value: Any, lang: str) -> Any:
    return picture(value) if isinstance(value, Image) else words.shown(value, lang)


def _date(value: Any, style: str = "", *, lang: str) -> str:
    return words.day(value, lang, style)


def _range(*args: int) -> range:
    made = range(*args)
    if len(made) > MOST_RANGE:
        raise ValueError(f"a range of at most {MOST_RANGE} numbers")
    return made
