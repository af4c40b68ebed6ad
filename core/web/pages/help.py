"""``/help``: the help pages that addons ship (layer web; CORE-09).

An addon's page is ``help/<language>.md`` in its folder, else its ``README.md``. Read-only, the same for every user.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt

from core.i18n import _
from core.i18n.languages import SOURCE_LANGUAGE, related
from core.web.api import query
from core.web.errors import not_found
from core.web.pages.frame import framed

if TYPE_CHECKING:
    from core.plugins.loader import LoadedAddon
    from core.web.call import Call
    from core.web.request import Response

LONGEST_TYPED = 100
_AROUND = 80
"""Characters shown on each side of what was found."""


def show_help(call: Call) -> Response:
    """GET /help: all pages, or those that hold what is typed (``q``)."""
    query.only(call.request, ("q", "lang"))
    typed = call.request.args.get("q", "").strip()[:LONGEST_TYPED]
    topics = []
    for addon in _addons(call):
        text = _text_of(addon, call.lang)
        at = text.casefold().find(typed.casefold()) if typed else 0
        if text and at >= 0:
            topics.append({**_topic(call, addon), "found": _around(text, at, typed) if typed else ""})
    return framed(call, "help.html", call.text(_("Help")), topics=topics, typed=typed, page=None)


def show_topic(call: Call, addon: str) -> Response:
    """GET /help/<addon>: the help page of one enabled addon.

    Raises:
        MissingRecord: It is not enabled, or brings no help.
    """
    query.only(call.request, ("lang",))
    found = next((each for each in _addons(call) if each.name == addon), None)
    text = _text_of(found, call.lang) if found is not None else ""
    if found is None or not text:
        raise not_found()
    # Raw HTML is shown as text; the files are an addon's own, yet nobody has to trust them for that.
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    topics = [_topic(call, each) for each in _addons(call) if _text_of(each, call.lang)]
    topic = _topic(call, found)
    return framed(call, "help.html", topic["title"], topics=topics, typed="", page={**topic, "html": html})


def _addons(call: Call) -> list[LoadedAddon]:
    hooks = call.env.registry.hooks
    return [] if hooks is None else list(hooks.loaded.values())


def _topic(call: Call, addon: LoadedAddon) -> dict[str, Any]:
    manifest = addon.addon.manifest
    title = addon.name if manifest is None else call.text(manifest.title)
    summary = "" if manifest is None else call.text(manifest.summary)
    return {"name": addon.name, "title": title, "summary": summary, "url": f"/help/{addon.name}"}


def _text_of(addon: LoadedAddon, lang: str) -> str:
    """Return the help of an addon in a language or a related one, in English, or its README; empty where there is none."""
    folder: Path = addon.addon.path
    written = [path.stem for path in (folder / "help").glob("*.md")]
    names = [f"help/{each}.md" for each in (*related(lang, written), SOURCE_LANGUAGE)]
    for path in (folder / name for name in (*names, "README.md")):
        if path.is_file():
            return path.read_text("utf-8")
    return ""


def _around(text: str, at: int, typed: str) -> str:
    start = max(0, at - _AROUND)
    words = " ".join(text[start : at + len(typed) + _AROUND].split())
    return f"{'…' if start else ''}{words}…"
