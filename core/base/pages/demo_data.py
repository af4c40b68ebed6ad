"""``/setup/demo``: remove the demo data, for who has seen enough of it (layer base; decision 0043).

Like a change of apps it is done by a thread, one at a time, and ``/apps/progress`` shows how far it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.base.pages.administrators import for_administrators
from core.base.services.addon_changes import DEMO, is_running, start_change
from core.data.lifecycle.demo_rows import count_rows, is_demo_row
from core.errors import ConflictError
from core.i18n import _, formats
from core.orm import bookkeeping
from core.plugins.addon import BASE
from core.render.shell import Notice
from core.web.call import Later
from core.web.errors import not_found
from core.web.pages.frame import framed, go_to
from core.web.request import Response

if TYPE_CHECKING:
    from core.web.call import Call

PATH = "/setup/demo"
WORD = "demo"
"""What is typed to confirm."""


def demo_rows(call: Call) -> int:
    """Return how many rows were made as demo data and not yet removed; 0 without demo data."""
    state = bookkeeping.addon_states(call.env.connection).get(BASE)
    return 0 if state is None else count_rows(state.data)


@for_administrators
def show_demo(call: Call) -> Response:
    """GET /setup/demo.

    Raises:
        MissingRecord: The database has no demo data.
    """
    return _page(call)


@for_administrators
def remove_demo(call: Call) -> Response:
    """POST /setup/demo: field ``typed``, the word that confirms it.

    Raises:
        MissingRecord: The database has no demo data.
        ConflictError: Apps are being changed, or the user belongs to the demo data.
    """
    host, database, user = call.host, call.env.database.name, call.env.user
    if not demo_rows(call):
        raise not_found()
    if is_running(host, database):
        raise ConflictError(_("Another change of apps is running."), code="conflict.addons_change")
    if is_demo_row(call.env.connection, "core_user", user.id):
        raise ConflictError(
            _("You are logged in with a login of the demo data, which would be removed too."),
            code="conflict.demo_user",
            hint=_("Log in as an administrator of your own."),
        )
    if call.request.form.get("typed", "").strip() != WORD:
        return _page(call, status=422, fault=call.text(_("Type “%(word)s” to remove the demo data.", word=WORD)))
    texts, lang = host.addon_texts(), call.lang

    def work() -> bool:
        return start_change(host, database, DEMO, [BASE], user_id, lambda message: texts.render(message, lang))

    def show(again: Call, found: bool) -> Response:
        if not found or demo_rows(again):
            return go_to("/apps/progress")
        return go_to("/setup", Notice(again.text(_("The demo data are removed."))))

    user_id = user.id
    raise Later(work, show)


def _page(call: Call, *, status: int = 200, fault: str | None = None) -> Response:
    rows = demo_rows(call)
    if not rows:
        raise not_found()
    return framed(
        call,
        "setup_demo.html",
        call.text(_("Remove the demo data")),
        status=status,
        rows=formats.number(rows, call.lang),
        word=WORD,
        fault=fault,
        is_busy=is_running(call.host, call.env.database.name),
    )
