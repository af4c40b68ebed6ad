"""Folders, the secret key, attached files. Layer: cli."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from core.app import Application
from core.base.services.attachment_files import FOLDER
from core.cli.checks.finding import Examination, Finding, from_error
from core.i18n import _
from core.web.statics import VENDOR

SHOWN = 10


def folders(app: Application) -> Iterator[Finding]:
    """``addons_path.wrong`` and ``data_dir.missing``: folders of the settings that are not there or can't be written."""
    for problem in app.addons.problems:
        if problem.where.key == "addons_path":
            yield from_error("addons_path.wrong", problem, hint=_("make the folder, or take it out of addons_path"))
    folder = app.settings.data_dir
    if not folder.is_dir():
        hint = _('"tangram init" makes it')
        yield Finding("data_dir.missing", "error", _("The data folder is not there."), hint, str(folder))
    elif not os.access(folder, os.W_OK | os.X_OK):
        hint = _("let the user that runs Tangram CRM write there")
        yield Finding("data_dir.readonly", "error", _("The data folder can't be written."), hint, str(folder))


def front_end(folder: Path = VENDOR) -> Iterator[Finding]:
    """``front_end.missing``: the scripts and fonts that pages load were never fetched."""
    if not (folder / "icons.json").is_file():
        message = _("The scripts, icons and fonts of the pages are not there.")
        hint = _('run "make setup" in the checkout, or install a wheel that was built after it')
        yield Finding("front_end.missing", "error", message, hint, str(folder))


def secret_key(app: Application) -> Iterator[Finding]:
    """``secret_key.mode``: others may read the key that seals stored passwords. ``secret_key.empty``: it holds nothing."""
    path = app.settings.secret_key_file
    if not path.is_file():
        return
    found = path.stat()
    if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        message = _(
            "Others may read the key that seals stored passwords (mode %(mode)s).",
            mode=f"{stat.S_IMODE(found.st_mode):o}",
        )
        yield Finding("secret_key.mode", "error", message, _("chmod 600"), str(path))
    if found.st_size == 0:
        hint = _("bring back the file, or delete it and enter the passwords again")
        yield Finding(
            "secret_key.empty", "error", _("The file of the key that seals stored passwords is empty."), hint, str(path)
        )


def attachments(case: Examination) -> Iterator[Finding]:
    """``attachment.missing`` and ``attachment.size``: a file that attachments name is gone, or not as long as it was."""
    info = case.registry.models.get("core.attachment")
    if info is None:
        return
    table = info.table
    statement = sa.select(table.c.checksum, table.c.size, table.c.name).where(
        table.c.storage == "disk", table.c.checksum.is_not(None)
    )
    missing = wrong = 0
    folder = case.settings.data_dir / FOLDER
    for row in case.connection.execute(statement.execution_options(yield_per=1000)):
        path = folder / row.checksum[:2] / row.checksum
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            missing += 1
            if missing <= SHOWN:
                message = _('The file of the attachment "%(name)s" is not on disk.', name=row.name)
                yield Finding("attachment.missing", "error", message, _("bring it back from a backup"), str(path))
            continue
        if size != row.size:
            wrong += 1
            if wrong <= SHOWN:
                words = {"name": row.name, "found": size, "wanted": row.size}
                message = _('The file of the attachment "%(name)s" has %(found)s bytes instead of %(wanted)s.', words)
                yield Finding("attachment.size", "error", message, _("bring it back from a backup"), str(path))
    if missing > SHOWN:
        message = _("%(count)s more files are not on disk.", count=missing - SHOWN)
        yield Finding("attachment.missing", "error", message, _("bring them back from a backup"), str(folder))
