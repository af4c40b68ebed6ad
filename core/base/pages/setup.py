"""``/setup``: what an administrator sets up before first use, each step done or not as the data say (layer base; CORE-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access.declarations import ADMINISTRATOR
from core.base.pages.administrators import for_administrators
from core.base.pages.demo_data import demo_rows
from core.base.services.setup_steps import setup_steps
from core.i18n import _
from core.web.pages.frame import framed
from core.web.request import Response

if TYPE_CHECKING:
    from core.web.call import Call

PATH = "/setup"


@for_administrators
def show_setup(call: Call) -> Response:
    """GET /setup."""
    steps = setup_steps(call.env)
    return framed(
        call,
        "setup.html",
        call.text(_("Set-up")),
        steps=[
            {"title": call.text(step.title), "text": call.text(step.text), "url": step.url, "is_done": step.is_done}
            for step in steps
        ],
        done=sum(step.is_done for step in steps),
        has_demo=demo_rows(call) > 0,
    )


def show_hint(call: Call) -> Response:
    """GET /setup/hint: the part of the workbench that leads administrators here until all is done; empty for everybody else."""
    if not call.env.guard.has_group(call.env, ADMINISTRATOR):
        return Response("", content_type="text/html; charset=utf-8")
    steps = setup_steps(call.env)
    return call.page("setup_hint.html", done=sum(step.is_done for step in steps), count=len(steps))
