"""Addons that can't be served, views that were skipped, texts without a translation. Layer: cli."""

from __future__ import annotations

from collections.abc import Iterator

from core.access.guard import AccessGuard
from core.cli.checks.finding import Examination, Finding, from_error
from core.i18n import _
from core.i18n.catalogs import load_catalogs
from core.i18n.languages import SOURCE_LANGUAGE


def broken(case: Examination) -> Iterator[Finding]:
    """``addon.broken``: enabled, but not served. ``addon.unusable``: not enabled, and could not be. ``addon.search``: a wrong folder."""
    for name, error in sorted(case.assembly.broken.items()):
        located = error.located(addon=name)
        yield from_error("addon.broken", located, hint=_('mend it, or disable it: "tangram addons disable"'))
    for addon in case.app.addons.broken:
        if addon.error is not None and addon.name not in case.assembly.broken:
            yield from_error("addon.unusable", addon.error.located(addon=addon.name), level="warning")
    for problem in case.app.addons.problems:
        if problem.where.key != "addons_path":
            yield from_error("addon.search", problem, level="warning")


def versions(case: Examination) -> Iterator[Finding]:
    """``addon.upgrade``: the files are newer than the database. ``addon.older``: they are older."""
    for each in case.assembly.served:
        state = case.states.get(each.name)
        manifest = each.addon.manifest
        if state is None or manifest is None or state.version == manifest.version:
            continue
        words = {"name": each.name, "stored": state.version, "found": manifest.version}
        message = _('The database holds "%(name)s" %(stored)s, the files are %(found)s.', words)
        stored = type(manifest.parsed_version)(state.version)
        if manifest.parsed_version > stored:
            yield Finding("addon.upgrade", "warning", message, _('run "tangram addons upgrade"'), each.name)
        else:
            yield Finding("addon.older", "error", message, _("bring back the files of the later version"), each.name)


def views(case: Examination) -> Iterator[Finding]:
    """``view.fault``: a view or patch that was left out; its page works without it."""
    found = case.registry.views
    for fault in found.faults if found is not None else ():
        yield from_error("view.fault", fault, level="warning")


def rights(case: Examination) -> Iterator[Finding]:
    """``rights.unmet``: a right, rule or limit that names groups of an addon that is not enabled; it was left out."""
    guard = case.registry.guard
    for fault in guard.declarations.unmet if isinstance(guard, AccessGuard) else ():
        yield from_error("rights.unmet", fault, level="warning", hint=_("enable the addon, or take the groups out"))


def untranslated(case: Examination) -> Iterator[Finding]:
    """``translation.missing``: an addon has no texts in the language of the installation."""
    language = case.settings.language
    if language == SOURCE_LANGUAGE or language.startswith(f"{SOURCE_LANGUAGE}_"):
        return
    known = load_catalogs(each.addon.path / "i18n" for each in case.assembly.served)
    if language not in known:
        message = _('There is no translation into "%(language)s".', language=language)
        yield Finding("translation.missing", "warning", message, _("set language to one that there is"))
        return
    for each in case.assembly.served:
        title = each.addon.title
        if title not in known[language]:
            message = _('The addon has no translation into "%(language)s".', language=language)
            yield Finding("translation.missing", "warning", message, _("add its i18n/<language>.po"), each.name)
