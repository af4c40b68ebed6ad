"""``/profile`` (CORE-07): the own profile and how one likes the pages (layer web)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.errors import AccessDenied, ValidationError
from core.i18n import _
from core.i18n.languages import LANGUAGES
from core.render.shell import Notice
from core.web.api.models import may
from core.web.call import Answered
from core.web.pages.account_forms import faults_of, texts
from core.web.pages.frame import framed, go_to
from core.web.routes import Endpoint

if TYPE_CHECKING:
    from core.errors import Message
    from core.web.call import Call
    from core.web.request import Response

PATH = "/profile"
_FIELDS = ("phone", "mail", "signature", "language")
_CHOICES: Mapping[str, Mapping[str, Message]] = {
    "theme": {"auto": _("As the system has it"), "light": _("Light"), "dark": _("Dark")},
    "density": {"compact": _("Compact"), "normal": _("Normal"), "roomy": _("Roomy")},
    "page_size": {"20": _("20"), "50": _("50"), "100": _("100"), "200": _("200")},
}
"""Preferences chosen from a list: value as sent → label."""


def show(call: Call) -> Response:
    """GET /profile."""
    user = call.env.user
    values = {name: getattr(user, name) or "" for name in _FIELDS}
    return _form(call, 200, {}, values, dict(call.host.accounts.read_preferences(call.env)))


def save(call: Call) -> Response:
    """POST /profile: the fields and preferences of the form; a ticked ``no_picture`` takes the picture away."""
    given = dict(zip(_FIELDS, texts(call, *_FIELDS), strict=True))
    chosen = _chosen(call)
    try:
        _save_profile(call, given)
        for key, value in chosen.items():
            call.host.accounts.write_preference(call.env, key, value)
        call.env.flush()
    except ValidationError as error:
        faults = faults_of(call, error)
        call.env.session.discard()
        raise Answered(_form(call, 422, faults, given, chosen)) from error
    return go_to(PATH, Notice(call.text(_("Saved"))))


ENDPOINTS = (
    Endpoint(PATH, ("GET",), show),
    Endpoint(PATH, ("POST",), save, writes=True),
)


def _save_profile(call: Call, given: Mapping[str, str]) -> None:
    """Write the fields with the rights of the user.

    Raises:
        AccessDenied: The user holds no role yet.
        ValidationError: A value is wrong.
    """
    env = call.env
    if not _may_edit(call):
        raise AccessDenied(_("You may change your profile once the administrator has given you a role."))
    if given["language"] and given["language"] not in LANGUAGES:
        raise ValidationError(_("Choose one of the languages."), field="language")
    user = env["core.user"].get(env.uid)
    changed = {
        name: value.strip() or None for name, value in given.items() if (value.strip() or None) != getattr(user, name)
    }
    if changed:
        user.update(**changed)
    picture = call.request.files.get("picture")
    if picture is not None and picture.filename:
        call.host.accounts.set_picture(env, picture.filename, picture.read())
    elif call.request.form.get("no_picture") and user.picture is not None:
        user.update(picture=None)


def _chosen(call: Call) -> dict[str, Any]:
    """Return the preferences as sent; an unknown value is refused by whoever keeps them."""
    form = call.request.form
    size = form.get("page_size", "")
    return {
        "theme": form.get("theme", ""),
        "density": form.get("density", ""),
        "page_size": int(size) if size in _CHOICES["page_size"] else size,
        "shortcuts": bool(form.get("shortcuts")),
    }


def _may_edit(call: Call) -> bool:
    return may(call.env, call.env.registry["core.user"], "update")


def _form(
    call: Call, status: int, faults: Mapping[str, str], values: Mapping[str, str], preferences: Mapping[str, Any]
) -> Response:
    user = call.env.user
    picture = user.picture
    selects = [
        {
            "name": name,
            "label": call.text(label),
            "options": [
                {"value": value, "label": call.text(text), "chosen": str(preferences.get(name)) == value}
                for value, text in _CHOICES[name].items()
            ],
        }
        for name, label in (("theme", _("Theme")), ("density", _("Density")), ("page_size", _("Rows of a list")))
    ]
    tongues = {"": call.text(_("As the browser asks")), **LANGUAGES}
    return framed(
        call,
        "account_profile.html",
        call.text(_("My profile")),
        status=status,
        faults=faults,
        values=values,
        languages=[
            {"value": tag, "label": label, "chosen": tag == values["language"]} for tag, label in tongues.items()
        ],
        selects=selects,
        shortcuts=bool(preferences.get("shortcuts")),
        picture=None if picture is None else f"/files/{picture.id}/{picture.name}?preview=1",
        may_edit=_may_edit(call),
        fixed=_fixed(call),
    )


def _fixed(call: Call) -> list[tuple[str, str]]:
    """Return what only an administrator changes, as pairs of label and text."""
    user = call.env.user
    pairs = (
        (_("Full name"), user.name),
        (_("User name"), user.login),
        (_("Roles"), ", ".join(call.text(group.label) for group in user.groups)),
        (_("Department"), None if user.department is None else user.department.name),
        (_("Position"), None if user.position is None else user.position.name),
    )
    return [(call.text(label), text or "–") for label, text in pairs]
