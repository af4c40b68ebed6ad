"""POST /records/<model>/batch/restore: bring back what the user just deleted in a batch (layer base; CORE-42, CORE-67)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.base.services.recycle_bin import RIGHT, restore_deletions
from core.base.services.special_rights import require_special_right
from core.errors import ConflictError, MissingRecord
from core.i18n import _
from core.render.shell import Notice
from core.web.api.models import visible_model
from core.web.pages.addresses import records_url
from core.web.pages.frame import go_to
from core.web.pages.targets import safe_target

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response

_MAX_DIGITS = 18


def restore_batch(call: Call, model: str) -> Response:
    """Restore the deletions by the user of the records sent, all of them or none.

    Raises:
        AccessDenied: The user may not use the recycle bin.
    """
    info = visible_model(call.env, model)
    require_special_right(call.env, RIGHT)
    given = [text for text in call.request.form.getlist("id") if text.isascii() and text.isdigit()]
    ids = [int(text) for text in given if len(text) <= _MAX_DIGITS]
    table = call.env.registry["core.deletion"].table
    wanted: list[int] = []
    for start in range(0, len(ids), 500):
        statement = sa.select(table.c.id).where(
            table.c.model == info.name,
            table.c.user_id == call.env.uid,
            table.c.record_id.in_(ids[start : start + 500]),
            table.c.restored_at.is_(None),
            table.c.purged_at.is_(None),
        )
        wanted += call.env.connection.execute(statement).scalars().all()
    back = safe_target(call.request.form.get("back", "")) if call.request.form.get("back") else records_url(model)
    try:
        with call.env.savepoint():
            restore_deletions(call.env, wanted)
    except (ConflictError, MissingRecord) as error:
        return go_to(back, Notice(call.translator.render_error(error, call.lang), "error"))
    return go_to(back, Notice(call.text(_("%(count)s restored", count=len(wanted)))))
