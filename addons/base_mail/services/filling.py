"""Fills the fields of a template, ``{{ record.customer.name }}``, with what one reader may read of a record.

What stands between the braces is an expression of the core's sandbox. A field the reader may not see gives nothing, as does a related
record they may not see.
"""

import html as markup
import re
from collections.abc import Callable, Iterator
from typing import Any

from core.api import CoreError, Environment, ValidationError, _, compile_expression, formatter_for

NAMES = frozenset({"record", "user", "company", "today"})
"""What an expression may name; ``user`` is the reader."""
_PART = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_PATH = re.compile(r"\s*record((?:\.[A-Za-z_]\w*)+)\s*")
LONGEST = 200_000
"""Characters that a filled text may have at most."""


class Readable:
    """A record as one reader sees it, for expressions."""

    def __init__(self, env: Environment, record: Any) -> None:
        self._env = env
        self._record = record

    def expression_names(self) -> tuple[str, ...]:
        """Return what an expression may ask for; whether there is an answer is a matter of the reader's rights."""
        return (*self._record._info.fields, "id", "display_name")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self.expression_names():
            raise AttributeError(name)
        field = self._record._info.fields.get(name)
        if field is not None and name in self._env.hidden_fields(self._record._info, "read"):
            return None
        value = getattr(self._record, name)
        if field is not None and field.to_many:
            return [Readable(self._env, each) for each in value if self._env.may(each, "read")]
        if hasattr(value, "_info"):
            return Readable(self._env, value) if self._env.may(value, "read") else None
        return value

    def __str__(self) -> str:
        return str(self._record.display_name)


def names_of(env: Environment, record: Any = None) -> dict[str, Any]:
    """Return the values an expression may name, as the user of ``env`` reads them."""
    return {
        "record": None if record is None else Readable(env, record),
        "user": Readable(env, env.user),
        "company": None if env.company is None else Readable(env, env.company),
        "today": env.today(),
    }


def fill(env: Environment, text: str | None, record: Any = None, *, as_html: bool = False) -> str:
    """Return a text with its fields filled in.

    Args:
        env: The environment of the reader: rights, language and time zone are theirs.
        text: The template; None and empty give an empty text.
        record: The record it is about, from ``env``; None for none.
        as_html: The text is HTML: values are escaped, so that none of them can bring marks of its own.

    Raises:
        ValidationError: An expression can't be evaluated, or the result is out of proportion.
    """
    names = names_of(env, record)
    filled = "".join(_pieces(text or "", lambda part: _value(env, part, names), as_html=as_html))
    if len(filled) > LONGEST:
        raise ValidationError(_("The text of the template becomes too long."), code="mail.template")
    return filled


def _pieces(text: str, value: Callable[[str], str], *, as_html: bool) -> Iterator[str]:
    for at, part in enumerate(_PART.split(text)):
        if at % 2 == 0:
            yield part
        elif as_html:
            yield markup.escape(value(markup.unescape(part)))
        else:
            yield value(part)


def _value(env: Environment, part: str, names: dict[str, Any]) -> str:
    try:
        found = compile_expression(part, names=NAMES)(names)
    except CoreError as error:
        raise ValidationError(error.message, code="mail.template", hint=error.hint) from error
    path = _PATH.fullmatch(part)
    if path is not None and found is not None and not isinstance(found, (Readable, list)):
        field = _last_field(env, names["record"], path[1].strip(".").split("."))
        if field is not None:
            return formatter_for(env).show(field, found).text
    if isinstance(found, list):
        return ", ".join(str(each) for each in found)
    return "" if found is None else str(found)


def _last_field(env: Environment, record: Any, path: list[str]) -> Any:
    info, field = record._record._info, None
    for name in path:
        if info is None:
            return None
        field = info.fields.get(name)
        comodel = getattr(field, "comodel", None)
        info = env.registry[comodel] if comodel else None
    return field


def check_text(env: Environment, model: str | None, text: str | None, field: str) -> None:
    """Make sure that a template can be filled.

    Raises:
        ValidationError: Braces without their partner, an expression that is none, or a field the model lacks; ``field`` says where.
    """
    if not text:
        return
    pieces = _PART.split(text)
    outside = "".join(pieces[::2])
    if "{{" in outside or "}}" in outside or "{%" in outside:
        raise ValidationError(
            _("Fields are written as {{ record.name }}; there are braces without their partner."), field=field
        )
    for part in pieces[1::2]:
        plain = markup.unescape(part)
        try:
            compile_expression(plain, names=NAMES)
            if path := _PATH.fullmatch(plain):
                _check_path(env, model, path[1].strip("."))
        except CoreError as error:
            raise ValidationError(error.message, hint=error.hint, field=field) from error


def _check_path(env: Environment, model: str | None, path: str) -> None:
    if not model:
        raise ValidationError(_("Without an object a template has no record to take fields from."), field="model")
    info = env.registry[model]
    for name in path.split("."):
        if name in ("id", "display_name"):
            return
        field = env.registry.field(info.name, name)
        comodel = getattr(field, "comodel", None)
        if comodel is None:
            return
        info = env.registry[comodel]
