"""What a route of an addon may answer besides data: a page inside the frame, or the way to another page (layer web).

    @route("/points/<int:customer>")
    def points(request, env, customer):
        return Page("crm_loyalty/points.html", _("Points"), {"entries": …}, model="crm.customer")

The template lies in the addon's folder ``templates/crm_loyalty``, extends ``shell.html`` and fills its block ``main``. A form there posts
``csrf_token``, which is ``shell.csrf``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Page:
    """A page to be shown to the user who asks, in their language."""

    template: str
    """Name of the template, which begins with the name of the addon and a slash."""
    title: Any = None
    """A text or a message to be translated; None: a part of a page, to be put into another one, without the frame."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What the template shows: plain values, never records; ``call``, ``template``, ``title``, ``status``, ``model`` and ``shell`` are taken."""
    model: str | None = None
    """Model the page is about; finds the menu that is unfolded and the help."""
    status: int = 200
    """422 for a form shown again because something in it is wrong; what the route changed is then undone."""


@dataclass(frozen=True)
class Redirect:
    """The way to another page after a change; made by `go_to`."""

    url: str
    text: Any = None
    kind: Literal["done", "error"] = "done"


def go_to(url: str, text: Any = None, *, kind: Literal["done", "error"] = "done") -> Redirect:
    """Return the answer of a route that changed something: the browser goes on to a page of this site.

    Args:
        url: A path of this site; what leads elsewhere becomes the workbench.
        text: A short message for the next page, a text or a message to be translated; None: none.
        kind: ``done`` goes by itself, ``error`` stays until closed.
    """
    return Redirect(url, text, kind)
