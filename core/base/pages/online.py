"""``/system/online``: who is online, and the end of a session (layer base; CORE-70)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.base.pages.administrators import for_administrators
from core.base.pages.tables import pressed, when
from core.base.services.sessions import end_session_of_other, online_users
from core.i18n import _
from core.render.admin import AdminRow, AdminTable, Cell, RowButton
from core.render.shell import Notice
from core.web.pages.addresses import record_url
from core.web.pages.frame import framed, go_to

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response

PATH = "/system/online"


@for_administrators
def show_online(call: Call) -> Response:
    """GET /system/online."""
    own = call.identity.session_id if call.identity else None
    rows = tuple(
        AdminRow(
            row["id"],
            (
                Cell(row["user.name"] or "", record_url("core.user", row["user"]), row["user.login"] or ""),
                Cell(when(call, row["started_at"])),
                Cell(when(call, row["last_seen"])),
                Cell(row["address"] or ""),
            ),
            ()
            if row["id"] == own
            else (
                RowButton(
                    call.text(_("End session")),
                    f"end:{row['id']}",
                    call.text(
                        _("End the session of %(name)s? What is not saved there is lost.", name=row["user.name"])
                    ),
                    is_danger=True,
                ),
            ),
            row["user.name"] or "",
        )
        for row in online_users(call.env)
    )
    heads = tuple(call.text(head) for head in (_("User"), _("Login time"), _("Last seen"), _("Address")))
    table = AdminTable(heads, rows, PATH, call.text(_("Nobody is online")), "users")
    links = [(call.text(_("Login log")), "/records/core.login.log?menu=base.menu_login_log", "history")]
    note = call.text(_("%(count)s sessions", count=f"{len(rows)}"))
    return framed(
        call, "admin_table.html", call.text(_("Online users")), table=table, note=note, fault=None, links=links
    )


@for_administrators
def end_one(call: Call) -> Response:
    """POST /system/online: ``one`` is ``end:<id of the session>``.

    Raises:
        MissingRecord: There is no such session.
    """
    _name, ids = pressed(call, ("end",))
    for number in ids:
        end_session_of_other(call.env, number)
    return go_to(PATH, Notice(call.text(_("The session has ended."))))
