"""What a drawing process tells of a fault, as an error of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.api import CoreError, ValidationError, _

PLACES = {"body": _("content"), "header": _("header"), "footer": _("footer")}


def fault_of(told: Mapping[str, Any], labels: Mapping[str, str]) -> CoreError:
    """Build (not raise) the error for what `draw.Drawn.error` says; its field is the part of the template at fault.

    Args:
        told: What the process told.
        labels: Model → its label.
    """
    kind = told["kind"]
    code = f"print.{kind}"
    if kind in ("time", "crash", "pages"):
        return ValidationError(_general(told), code=code)
    message, hint = _told(told, labels)
    place = PLACES[told["place"]]
    line = told.get("line")
    where = _("%(place)s, line %(line)s", place=place, line=line) if line else place
    full = _("Print template, %(where)s: %(problem)s", where=where, problem=message)
    return ValidationError(full, field=told["place"], code=code, hint=hint).located(line=line)


def _general(told: Mapping[str, Any]) -> Any:
    if told["kind"] == "pages":
        return _("The print has more than %(most)s pages.", most=f"{told['most']:,}")
    if told["kind"] == "time":
        return _("The print took more than %(seconds)s s and was broken off.", seconds=told["seconds"])
    return _("The print could not be drawn; it needs too much memory, or its HTML is too unusual.")


def _told(told: Mapping[str, Any], labels: Mapping[str, str]) -> tuple[Any, Any]:
    """Return what is wrong and what may help."""
    if told["kind"] == "size":
        return _("it becomes too large."), None
    if told["kind"] != "name":
        return told["reason"], None
    hint = _('did you mean "%(name)s"?', name=told["near"]) if told.get("near") else None
    if told.get("model"):
        return _(
            '"%(name)s" is no field of %(model)s, or not for you.',
            name=told["name"],
            model=_(labels.get(told["model"], told["model"])),
        ), hint
    return _('"%(name)s" is not known here.', name=told["name"]), hint
