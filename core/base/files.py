"""`BaseFiles`: attached files as the web asks for them (`core.web.host.Files`)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from core.base.services.attachment_files import file_path
from core.base.services.attachments import find_attachment, read_attachment, store_attachment
from core.base.services.file_kinds import SNIFFED, shown_as
from core.errors import AccessDenied, MissingRecord, ValidationError, Where
from core.i18n import _
from core.orm.fields import File

if TYPE_CHECKING:
    from core.orm.environment import Environment


@dataclass(frozen=True)
class StoredFile:
    """A file opened for reading; it stays open when the transaction has ended."""

    name: str
    size: int
    checksum: str
    shown_as: str | None
    """Type under which a browser may show it; None: only to be downloaded."""
    content: BinaryIO


class BaseFiles:
    """Keeps nothing itself: everything is in the database and the data folder of the environment."""

    def open(self, env: Environment, number: int, *, only_public: bool = False) -> StoredFile:
        """Open a file that the user of ``env`` may read.

        Args:
            env: The environment of the reader; of the system for a guest.
            number: Id of the attachment.
            only_public: Whatever ``env`` may, only a file that is readable without a login.

        Raises:
            MissingRecord: There is none, the reader may not have it, or its content is gone from the medium.
        """
        attachment = find_attachment(env, number)
        if only_public and not attachment.public:
            raise MissingRecord(_("There is no such file."), where=Where(model="core.attachment", record=number))
        content = self._content(env, attachment)
        beginning = content.read(SNIFFED)
        content.seek(0)
        kind = shown_as(attachment.mimetype, beginning)
        return StoredFile(attachment.name, attachment.size, attachment.checksum or "", kind, content)

    @staticmethod
    def _content(env: Environment, attachment: Any) -> BinaryIO:
        if attachment.storage == "disk":
            try:
                return file_path(env.settings.data_dir, attachment.checksum).open("rb")
            except FileNotFoundError:
                # Read as a whole below, which tells what is missing.
                pass
        return io.BytesIO(b"".join(read_attachment(env, attachment)))

    def store(
        self,
        env: Environment,
        name: str,
        content: IO[bytes],
        *,
        model: str | None = None,
        record_id: int | None = None,
        field: str | None = None,
    ) -> dict[str, Any]:
        """Keep a file and return its id, name, mimetype and size; arguments and errors as for `store_attachment`.

        Raises:
            ValidationError: ``field`` is no file field of the model.
            AccessDenied: The user may not change that field.
        """
        if field is not None:
            info = None if model is None else env.registry[model]
            if info is None or not isinstance(info.fields.get(field), File) or field in env.hidden_fields(info, "read"):
                raise ValidationError(_("There is no such file field."), field="field", code="validation.file_field")
            if field in env.hidden_fields(info, "update"):
                raise AccessDenied(_("You may not change this field."), where=Where(model=model, field=field))
        made = store_attachment(env, name, content, model=model, record_id=record_id, field=field)
        env.flush()
        return {"id": made.id, "name": made.name, "mimetype": made.mimetype, "size": made.size}
