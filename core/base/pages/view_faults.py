"""``/system/views``: what is wrong in views, and customisations that an update has changed under (layer base; design 1.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.base.pages.administrators import for_administrators
from core.base.pages.apps import told
from core.base.pages.tables import pressed
from core.base.services.view_patches import accept_shipped, keep_own
from core.i18n import _
from core.render.shell import Notice
from core.web.pages.addresses import record_url
from core.web.pages.frame import framed, go_to
from core.web.pages.viewing import viewset

if TYPE_CHECKING:
    from core.views.admin import Conflict
    from core.web.call import Call
    from core.web.request import Response

PATH = "/system/views"


@for_administrators
def show_views(call: Call) -> Response:
    """GET /system/views."""
    views = viewset(call.env)
    return framed(
        call,
        "view_faults.html",
        call.text(_("View faults and conflicts")),
        faults=[
            {
                "text": told(call, fault),
                "addon": fault.where.addon or "",
                "hint": call.text(fault.hint) if fault.hint else "",
            }
            for fault in views.faults
        ],
        conflicts=[_conflict(conflict) for conflict in views.conflicts],
    )


@for_administrators
def decide(call: Call) -> Response:
    """POST /system/views: ``one`` is ``theirs:<id of the customisation>`` or ``ours:<id>``.

    Raises:
        MissingRecord: There is no such customisation.
    """
    name, ids = pressed(call, ("theirs", "ours"))
    for number in ids:
        (accept_shipped if name == "theirs" else keep_own)(call.env, number)
    done = _("What is shipped holds again.") if name == "theirs" else _("Your change stays.")
    return go_to(PATH, Notice(call.text(done)))


def _conflict(conflict: Conflict) -> dict[str, Any]:
    base, theirs, ours = conflict.texts
    number = conflict.patch_id
    return {
        "id": number,
        "target": conflict.target,
        "ref": conflict.ref or "",
        "base": base,
        "theirs": theirs,
        "ours": ours,
        "url": record_url("core.view_patch", number) if number is not None else None,
    }
