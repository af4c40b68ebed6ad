"""Reads what a template needs of records, with the rights of who prints, as plain values (`values`)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from addons.base_print.services.engine.values import Amount, Choice, Image, Row
from core.api import CoreError, ValidationError, _, find_attachment, read_attachment

if TYPE_CHECKING:
    from addons.base_print.services.paths import Tree
    from core.api import Environment

MOST_LINES = 20_000
"""Records behind relations of one print."""
MOST_IMAGES = 30 * 1024 * 1024
"""Bytes of all pictures of one print."""
ALWAYS = ("id", "display_name")
"""What every record has besides its fields."""


class Gatherer:
    """Makes rows of records.

    A field that the user may not read is simply not there, like one that does not exist; a related record that the user may not read is
    empty.

    Args:
        env: Whose rights, language and time zone count.
    """

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._zone = ZoneInfo(getattr(env.user, "timezone", None) or str(env.timezone))
        self._lines = 0
        self._size = 0
        self._hidden: dict[str, frozenset[str]] = {}
        self.images: dict[str, tuple[str, str]] = {}
        """Key → MIME type and content in base64."""

    @property
    def known(self) -> dict[str, list[str]]:
        """Model → fields that the user may read, for proposing the nearest name."""
        models = self._env.registry.models
        return {
            name: [*ALWAYS, *(field for field in models[name].fields if field not in hidden)]
            for name, hidden in self._hidden.items()
        }

    def row(self, record: Any, tree: Tree) -> Row:
        """Return a record with the fields of ``tree``; that the user may read it was checked.

        Raises:
            ValidationError: There are too many lines or pictures.
        """
        info = record._info
        values: dict[str, Any] = {"id": record.id, "display_name": str(record.display_name)}
        for name in self._fields(info, tree):
            values[name] = self._value(info.fields[name], getattr(record, name), tree[name])
        return Row(values, values["display_name"], info.name)

    def local(self, moment: Any) -> Any:
        """Return an instant in the time zone of who prints."""
        return moment.astimezone(self._zone).replace(tzinfo=None)

    def _fields(self, info: Any, tree: Mapping[str, Any]) -> list[str]:
        hidden = self._hidden.get(info.name)
        if hidden is None:
            hidden = self._hidden[info.name] = self._env.hidden_fields(info, "read")
        return [name for name in tree if name in info.fields and name not in hidden]

    def _nothing(self, model: str, tree: Tree) -> Row:
        """Return what stands for no record: its fields are empty, and unknown ones unknown all the same."""
        info = self._env.registry[model]
        values: dict[str, Any] = {"id": None, "display_name": ""}
        for name in self._fields(info, tree):
            field = info.fields[name]
            is_one = field.is_relation and not field.to_many and hasattr(field, "comodel")
            values[name] = [] if field.to_many else self._nothing(field.comodel, tree[name]) if is_one else None
        return Row(values, "", model, is_there=False)

    def _value(self, field: Any, value: Any, tree: Tree) -> Any:
        if field.to_many:
            return self._many(value, tree)
        if field.kind in ("image", "file"):
            return self._file(field.kind, value)
        if field.kind == "reference":
            return None if value is None or not self._env.may(value, "read") else str(value.display_name)
        if field.is_relation:
            if value is None or not self._env.may(value, "read"):
                return self._nothing(field.comodel, tree)
            return self.row(value, tree)
        return None if value is None else self._plain(field, value)

    def _many(self, records: Any, tree: Tree) -> list[Row]:
        seen = [record for record in records if self._env.may(record, "read")]
        self._lines += len(seen)
        if self._lines > MOST_LINES:
            message = _("A print shows at most %(most)s lines.", most=f"{MOST_LINES:,}")
            raise ValidationError(message, code="print.lines", hint=_("print fewer records at a time"))
        return [self.row(record, tree) for record in seen]

    def _plain(self, field: Any, value: Any) -> Any:
        kind = field.kind
        if kind == "selection":
            return Choice.of(str(value), self._env.services.text(_(field.options.get(value, value)), self._env.lang))
        if kind == "money":
            return Amount(value)
        if kind == "datetime":
            return self.local(value)
        if kind == "html":
            # Cleaned by the field when it was saved.
            return Markup(value)  # noqa: S704
        return str(value) if kind == "json" else value

    def _file(self, kind: str, attachment: Any) -> Any:
        if attachment is None:
            return None
        if kind == "file":
            return str(attachment.name)
        key = str(attachment.id)
        if key in self.images:
            return Image(key)
        try:
            found = find_attachment(self._env, attachment.id)
            content = b"".join(read_attachment(self._env, found))
        except CoreError:
            # Not for the reader, or gone from the medium: a print without the picture is better than none.
            return None
        self._size += len(content)
        if self._size > MOST_IMAGES:
            raise ValidationError(_("The pictures of this print are too large."), code="print.images")
        self.images[key] = (found.mimetype, base64.b64encode(content).decode())
        return Image(key)
