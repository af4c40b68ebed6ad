"""``/system/bin``: what was deleted, by whom and when; restore it with its links, or delete it for good (layer base; CORE-67)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.base.pages.administrators import for_administrators
from core.base.pages.tables import SIZE, model_label, paged, pressed, when
from core.base.services.recycle_bin import list_bin, purge_deletions, restore_deletions
from core.errors import ConflictError, CoreError, MissingRecord
from core.i18n import _
from core.render.admin import AdminRow, AdminTable, Cell, RowButton
from core.render.shell import Notice
from core.web.api import query
from core.web.call import Answered
from core.web.pages.addresses import with_query
from core.web.pages.frame import framed, go_to

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response

PATH = "/system/bin"


@for_administrators
def show_bin(call: Call) -> Response:
    """GET /system/bin."""
    return _page(call, 200, None)


@for_administrators
def change_bin(call: Call) -> Response:
    """POST /system/bin: restore or purge one entry or those ticked; to purge, ``typed`` holds the word asked for."""
    name, ids = pressed(call, ("restore", "purge"))
    if not ids:
        raise Answered(_page(call, 422, call.text(_("Tick at least one entry."))))
    if name == "purge" and call.request.form.get("typed", "").strip() != call.text(_("delete for good")):
        raise Answered(_page(call, 422, call.text(_("Type “%(word)s” first.", word=call.text(_("delete for good"))))))
    try:
        with call.env.savepoint():
            (restore_deletions if name == "restore" else purge_deletions)(call.env, ids)
    except (ConflictError, MissingRecord) as error:
        raise Answered(_page(call, 409, _told(call, error))) from error
    done = (
        _("%(count)s restored", count=f"{len(ids)}")
        if name == "restore"
        else _("%(count)s deleted for good", count=f"{len(ids)}")
    )
    return go_to(PATH, Notice(call.text(done)))


def _told(call: Call, error: CoreError) -> str:
    return f"{call.text(error.message)} {call.text(error.hint) if error.hint else ''}".strip()


def _page(call: Call, status: int, fault: str | None) -> Response:
    query.only(call.request, ("page",))
    page = max(1, query.whole_number(call.request, "page", 1, 100_000))
    found = list_bin(call.env, limit=SIZE + 1, offset=(page - 1) * SIZE)
    entries, older, newer = paged(found, page, lambda number: with_query(PATH, {"page": number}))
    rows = tuple(
        AdminRow(
            entry["id"],
            (
                Cell(entry["title"] or f"#{entry['record_id']}"),
                Cell(model_label(call, entry["model"])),
                Cell(entry["user"] or ""),
                Cell(when(call, entry["at"])),
                Cell(f"{entry['count']}"),
            ),
            (RowButton(call.text(_("Restore")), f"restore:{entry['id']}"),),
            entry["title"] or "",
        )
        for entry in entries
    )
    heads = (_("Record"), _("Object"), _("Deleted by"), _("Deleted at"), _("Records"))
    table = AdminTable(
        tuple(call.text(head) for head in heads),
        rows,
        PATH,
        call.text(_("The recycle bin is empty")),
        "trash",
        has_boxes=True,
        batch=(
            RowButton(call.text(_("Restore those ticked")), "restore"),
            RowButton(call.text(_("Delete for good")), "purge", is_danger=True),
        ),
        typed=call.text(_("delete for good")),
        empty_hint=call.text(_("What somebody deletes waits here until it is restored or deleted for good.")),
        older_url=older,
        newer_url=newer,
    )
    note = call.text(_("Restoring brings dependent lines and links back, too"))
    return framed(
        call, "admin_table.html", call.text(_("Recycle bin")), status=status, table=table, note=note, fault=fault
    )
