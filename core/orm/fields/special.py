"""`Sequence` (numbers by rule), `Reference` (a record of any model), `File` and `Image`. Layer: orm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa

from core.i18n import _
from core.orm.fields.base import Field
from core.orm.fields.relation import Many2one
from core.orm.fields.text import Char

if TYPE_CHECKING:
    from core.orm.environment import Environment


class Sequence(Char):
    """A document number, drawn when the record is created by the numbering rule with this code (CORE-54).

    Unique and found by a part of it by default. A number given by hand is taken only if the rule allows manual numbers.
    """

    kind = "sequence"
    own_options: ClassVar[frozenset[str]] = frozenset({"size", "code"})
    code: str = ""
    """Code of the numbering rule that draws the numbers."""
    size: int | None = 64
    unique = True
    index = "substring"
    readonly = True

    def __init__(self, code: str | None = None, label: str | None = None, **options: Any) -> None:
        if code is not None:
            options["code"] = code
        super().__init__(label, **options)

    @property
    def copied(self) -> bool:
        """A copy draws its own number."""
        return False


class Reference(Field[Any]):
    """A record of any model; two columns, ``<name>_model`` and ``<name>_id``. Deleting the other record leaves it dangling: it then reads as None."""

    kind = "reference"
    own_options: ClassVar[frozenset[str]] = frozenset({"models"})
    models: list[str] | None = None
    """Names of the models allowed; None allows all."""

    @property
    def column(self) -> str | None:
        """Name of the column that holds the id."""
        return f"{self.name}_id" if self.is_stored else None

    def columns(self) -> list[sa.Column[Any]]:
        """Return both columns."""
        if not self.is_stored:
            return []
        return [
            sa.Column(f"{self.name}_model", sa.String(128), nullable=self.nullable),
            sa.Column(f"{self.name}_id", sa.BigInteger(), nullable=self.nullable),
        ]

    def parse(self, value: Any) -> tuple[str, int]:
        """Return (model, id) of a record, a mapping with ``model`` and ``id``, or a text such as ``"crm.customer,7"``.

        Raises:
            ValidationError: ``value`` is nothing of that, or the model is not allowed.
        """
        info = getattr(value, "_info", None)
        if info is not None:
            pair = (info.name, value.id)
        elif isinstance(value, Mapping):
            pair = (value.get("model"), value.get("id"))
        elif isinstance(value, str) and value.count(",") == 1:
            model, number = value.split(",")
            pair = (model, int(number) if number.isascii() and number.isdigit() else None)
        else:
            pair = (None, None)
        if not isinstance(pair[0], str) or isinstance(pair[1], bool) or not isinstance(pair[1], int):
            raise self.wrong_type(value, _("a record, or its model and id"))
        if self.models is not None and pair[0] not in self.models:
            raise self.wrong_type(value, _("a record of %(models)s", models=", ".join(self.models)))
        return pair

    def convert(self, value: Any, env: Environment | None = None) -> Any:
        """Return the record meant, or None."""
        if value is None or env is None:
            return value
        if getattr(value, "_info", None) is not None:
            self.parse(value)
            return env.adopt(value)
        model, number = self.parse(value)
        record = env[model].find(number)
        if record is None:
            raise self.invalid(
                _("%(label)s: there is no record %(id)s.", label=self.label, id=number),
                code="validation.missing_record",
            )
        return record

    def to_json(self, value: Any) -> Any:
        """Return ``{"model": …, "id": …}``, or None."""
        return None if value is None else {"model": value._info.name, "id": value.id}


class File(Many2one):
    """A file, kept as an attachment (CORE-66)."""

    kind = "file"

    def __init__(self, label: str | None = None, **options: Any) -> None:
        options.setdefault("ondelete", "restrict" if options.get("required") else "set null")
        options["comodel"] = "core.attachment"
        Field.__init__(self, label, **options)


class Image(File):
    """A picture, kept as an attachment; other kinds of file are refused."""

    kind = "image"

    def convert(self, value: Any, env: Environment | None = None) -> Any:
        """Return the attachment, or None."""
        attachment = super().convert(value, env)
        if attachment is not None and env is not None and not (attachment.mimetype or "").startswith("image/"):
            raise self.invalid(_("%(label)s must be a picture.", label=self.label), code="validation.image")
        return attachment
