"""Secrets that have to be used again, such as the password of a mail account: kept encrypted, with a key that lies outside the database.

The key is derived from the file that the setting ``secret_key_file`` names, one for each purpose, so that what was sealed for one
cannot be passed off as another's. Whoever has a copy of the database alone can read nothing of it.
"""

from __future__ import annotations

import base64
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import ConfigError, CoreError, Where
from core.i18n import _

if TYPE_CHECKING:
    from core.config import Settings

KEY_BYTES = 32


def seal(settings: Settings, text: str, purpose: str) -> str:
    """Return a text encrypted; made again it looks different each time.

    Args:
        settings: Of the installation; the file of the key is made when it is missing.
        text: What to keep.
        purpose: What it is for, such as ``base_mail.account``; `unseal` needs the same.

    Raises:
        ConfigError: The file of the key is empty or can't be made.
    """
    return _box(settings, purpose).encrypt(text.encode()).decode("ascii")


def unseal(settings: Settings, sealed: str, purpose: str) -> str:
    """Return the text that was sealed.

    Raises:
        CoreError: It was sealed with another key or for another purpose, or was changed; the code is ``sealed``.
        ConfigError: The file of the key is empty or can't be read.
    """
    try:
        return _box(settings, purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise CoreError(
            _("A secret was kept with another key and can't be read."),
            code="sealed",
            hint=_("bring back the file of the key, or enter the secret again"),
            where=Where(file=str(settings.secret_key_file)),
        ) from None


def _box(settings: Settings, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(_key(settings.secret_key_file))
    return Fernet(base64.urlsafe_b64encode(derived))


def _key(path: Path) -> bytes:
    try:
        if not path.exists():
            _make(path)
        found = path.read_bytes().strip()
    except OSError as error:
        raise ConfigError(
            _("The file of the key can't be used: %(error)s", error=error.strerror or str(error)),
            code="config.secret_key",
            where=Where(key="secret_key_file", file=str(path)),
        ) from error
    if not found:
        raise ConfigError(
            _("The file of the key is empty."),
            code="config.secret_key",
            where=Where(key="secret_key_file", file=str(path)),
        )
    return found


def _make(path: Path) -> None:
    """Make the file whole or not at all; where two processes do it at once, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_hex(KEY_BYTES).encode())
        file.flush()
        os.fsync(file.fileno())
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
