"""The own picture (CORE-07); the other parts of the profile are fields like any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.base.services.attachments import find_attachment, store_attachment
from core.base.services.file_kinds import PICTURES, sniff
from core.errors import ValidationError
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

MOST = 2 << 20
"""Largest picture, in bytes."""


def set_picture(env: Environment, name: str, content: bytes) -> None:
    """Make a file the picture of the user of ``env``; the one before goes.

    Args:
        env: The environment of the user.
        name: Name of the file.
        content: Its bytes.

    Raises:
        ValidationError: It is too large, or no PNG, JPEG, GIF or WebP picture, whatever its name says; ``field`` is ``picture``.
        AccessDenied: The user may not change the own profile.
    """
    if len(content) > MOST:
        raise ValidationError(_("A picture may have at most %(limit)s MiB.", limit=MOST >> 20), field="picture")
    kind = sniff(content)
    if kind is None or kind not in PICTURES:
        raise ValidationError(_("A picture is a file of the kind PNG, JPEG, GIF or WebP."), field="picture")
    stem = name.rpartition(".")[0] or name
    before = env.user.picture
    user = env["core.user"].get(env.uid)
    attachment = store_attachment(
        env, f"{stem}.{PICTURES[kind]}", content, model="core.user", record_id=env.uid, field="picture"
    )
    user.update(picture=attachment)
    env.flush()
    if before is not None:
        find_attachment(env, before.id).delete()
