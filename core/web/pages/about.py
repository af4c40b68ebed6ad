"""GET /about: which addons are enabled, and how other systems call (layer web)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.i18n import _
from core.web.pages.frame import framed
from core.web.routes import Endpoint

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response


def show_about(call: Call) -> Response:
    """Answer with the page."""
    user = call.env.user
    return framed(
        call,
        "about.html",
        call.text(_("About this system")),
        user={
            "name": user.name,
            "login": user.login,
            "groups": ", ".join(call.text(group.label) for group in user.groups),
        },
        addons=_addons(call),
        address=call.request.host_url,
    )


def _addons(call: Call) -> list[dict[str, str]]:
    hooks = call.env.registry.hooks
    if hooks is None:
        return []
    manifests = [(each.name, each.addon.manifest) for each in hooks.loaded.values()]
    return [
        {
            "name": name,
            "title": call.text(manifest.title),
            "summary": call.text(manifest.summary),
            "version": str(manifest.version),
        }
        for name, manifest in manifests
        if manifest is not None
    ]


ENDPOINTS = (Endpoint("/about", ("GET",), show_about),)
