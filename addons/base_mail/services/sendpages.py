"""Pages for sending: a mail or SMS written by hand, and what looks after a mail account. Routes, given to the core by a hook."""

import smtplib
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any

from addons.base_mail.services import pages
from addons.base_mail.services.accounts import MODEL as ACCOUNT
from addons.base_mail.services.accounts import set_password, transport_of
from addons.base_mail.services.compose import (
    RIGHTS,
    Letter,
    address_path,
    files_for,
    read_time,
    send_letter,
    targets_of,
)
from addons.base_mail.services.transport import Transport, TransportError, deliver, open_server, told
from core.api import (
    AccessDenied,
    ConflictError,
    Environment,
    MissingRecord,
    Page,
    Request,
    ValidationError,
    _,
    go_to,
    route,
    selection_of,
)

TEST_TIMEOUT_S = 10.0
_NAMES = ("to", "subject", "text", "send_at")
_PLACES = (*_NAMES, "files")
"""Where the page shows a fault beside its cause."""


@route("/compose")
def compose(request: Request, env: Environment) -> Page:
    """Ask for a mail or SMS.

    ``model`` and ``ids`` name records, ``template`` begins the text, ``to``, ``subject`` and ``text`` are what is typed already, and ``attach=1``
    ticks the first file that is offered.
    """
    args = request.args
    channel = _channel(env, args.get("channel", "mail"))
    model, ids = _records(env, args.get("model", ""), args.get("ids", ""))
    typed = {name: args.get(name, "") for name in _NAMES}
    template = _template(env, args.get("template", ""), model)
    if template is not None:
        typed |= {"subject": template.subject or "", "text": template.text or ""}
    return _compose_page(env, channel, model, ids, typed, {}, template=template, attach=bool(args.get("attach")))


@route("/compose/<model>/<channel>", methods=["POST"])
def compose_for_selection(request: Request, env: Environment, model: str, channel: str) -> Page:
    """Ask for a mail or SMS to the people of the records selected in a list."""
    chosen = selection_of(request, model)
    rows = env[model].read(chosen.domain, ["id"], chosen.order, 501)
    ids = tuple(row["id"] for row in rows)
    return _compose_page(env, _channel(env, channel), model, ids, dict.fromkeys(_NAMES, ""), {})


@route("/send", methods=["POST"])
def send(request: Request, env: Environment) -> Any:
    """Send what was written."""
    form = request.form
    channel = _channel(env, form.get("channel", ""))
    model, ids = _records(env, form.get("model", ""), form.get("ids", ""))
    typed = {name: form.get(name, "") for name in _NAMES}
    ticked = form.getlist("file")
    template = _template(env, form.get("template", ""), model)
    kept = template is not None and (template.text or "").split() == typed["text"].split()
    html = template.html if kept and template is not None and channel == "mail" else None
    try:
        at = read_time(env, typed["send_at"])
        with env.savepoint():
            letter = Letter(channel, typed["to"], typed["subject"], typed["text"], html, model, ids, at, tuple(ticked))
            report = send_letter(env, letter)
    except (ValidationError, ConflictError) as error:
        place = (error.where.field if error.where else None) or ""
        faults = {place if place in _PLACES else "": env.services.text(error.message, env.lang)}
        status = 422 if isinstance(error, ValidationError) else 409
        return _compose_page(env, channel, model, ids, typed, faults, template=template, ticked=ticked, status=status)
    back = f"/records/{model}/{ids[0]}" if model and len(ids) == 1 else f"/records/{model}" if model else "/"
    done = _("%(count)s to be sent", count=report.queued)
    if report.left_out:
        names = ", ".join(report.left_out[:10])
        done = _("%(count)s to be sent; without an address: %(names)s", count=report.queued, names=names)
    return go_to(back, done)


def _channel(env: Environment, channel: str) -> str:
    if channel not in RIGHTS:
        raise ValidationError(_("There is no such channel."), code="channel")
    if not env.has_right(RIGHTS[channel]):
        raise AccessDenied(_("You may not send messages to others."))
    return channel


def _records(env: Environment, model: str, ids: str) -> tuple[str | None, tuple[int, ...]]:
    """Return the model and those of the ids that the user may read."""
    if not model:
        return None, ()
    if model not in env.registry.models:
        raise MissingRecord(_('There is no object "%(model)s".', model=model[:100]))
    wanted = pages.numbers([ids], "ids")
    found = {row["id"] for row in env[model].read([["id", "in", list(wanted)]], ["id"])}
    if wanted and not found:
        raise MissingRecord(_("The record does not exist."))
    return model, tuple(number for number in wanted if number in found)


def _template(env: Environment, text: str, model: str | None) -> Any:
    ids = pages.numbers([text], "template")
    found = env["base.mail.template"].search([["id", "in", list(ids)], _fitting(model)]) if ids else []
    return found[0] if found else None


def _fitting(model: str | None) -> Any:
    none = ["model", "is_not_set", True]
    return {"any": [none, ["model", "=", model]]} if model else none


def _compose_page(
    env: Environment,
    channel: str,
    model: str | None,
    ids: tuple[int, ...],
    typed: dict[str, str],
    faults: dict[str, str],
    *,
    template: Any = None,
    ticked: Sequence[str] = (),
    attach: bool = False,
    status: int = 200,
) -> Page:
    templates = env["base.mail.template"].read([["active", "=", True], _fitting(model)], ["name"])
    offered = files_for(env, model, ids) if channel == "mail" else []
    if attach and offered:
        ticked = (offered[0].key,)
    targets: list[Any] = []
    without: list[str] = []
    if model and ids and address_path(env, model, channel) is not None:
        targets, without = targets_of(env, model, ids, channel)
    if len(ids) == 1 and targets and not typed["to"] and status == 200:
        typed = {**typed, "to": targets[0].address}
    data = {
        "channel": channel,
        "about": model or "",
        "ids": ",".join(map(str, ids)),
        "is_many": len(ids) > 1,
        "name": str(env[model].get(ids[0]).display_name) if model and len(ids) == 1 else "",
        "targets": [f"{each.name} <{each.address}>" for each in targets[:8]],
        "count": len(targets),
        "without": without[:20],
        "typed": typed,
        "faults": faults,
        "files": [{"key": each.key, "label": each.label, "on": each.key in ticked} for each in offered],
        "templates": templates,
        "chosen": template.id if template is not None else None,
        "label": env.registry[model].label if model else "",
    }
    title = _("Write a mail") if channel == "mail" else _("Send an SMS")
    return Page("base_mail/compose.html", title, data, model=model, status=status)


@route("/accounts/<int:number>")
def account(request: Request, env: Environment, number: int) -> Page:
    """Show what looks after a mail account: its password, which is only ever written, and a test."""
    return _account_page(env, _account(env, number))


@route("/accounts/<int:number>/password", methods=["POST"])
def change_password(request: Request, env: Environment, number: int) -> Any:
    """Give the account another password, or take it away by an empty one."""
    found = _account(env, number)
    try:
        set_password(env, found, request.form.get("password", ""))
    except ValidationError as error:
        return _account_page(env, found, fault=env.services.text(error.message, env.lang), status=422)
    return go_to(f"/x/base_mail/accounts/{number}", _("The password is kept; it is not shown again."))


@route("/accounts/<int:number>/test", methods=["POST"], writes=False)
def test_account(request: Request, env: Environment, number: int) -> Page:
    """Log in at the server, and send a mail to the own address where there is one. Nothing of it goes to the log of messages."""
    found = _account(env, number)
    result, error = _tried(env, found, transport_of(env, found))
    return _account_page(env, found, result=result, fault=error)


def _tried(env: Environment, found: Any, transport: Transport) -> tuple[str | None, str | None]:
    """Return (success, failure) of a test, one of them None."""
    text = env.services.text
    address = env.user.mail
    if not address:
        try:
            open_server(transport, TEST_TIMEOUT_S).quit()
        except (OSError, smtplib.SMTPException, TransportError) as error:
            return None, told(error)
        return text(
            _("The server lets us in. You have no address in your profile to which a mail could go."), env.lang
        ), None
    mail = EmailMessage()
    mail["From"], mail["To"] = found.sender, address
    mail["Subject"] = text(_("Test of the mail account %(name)s", name=found.name), env.lang)
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain=found.sender.rpartition("@")[2])
    mail.set_content(text(_("This account can send mails."), env.lang))
    outcome = deliver(transport, mail, found.sender, [address])
    if outcome.state == "sent":
        return text(_("A mail was sent to %(address)s.", address=address), env.lang), None
    return None, outcome.error or outcome.state


def _account(env: Environment, number: int) -> Any:
    found = env[ACCOUNT].get(number)
    if not env.may(found, "update"):
        raise AccessDenied(_("You may not change this mail account."))
    return found


def _account_page(
    env: Environment, found: Any, *, result: str | None = None, fault: str | None = None, status: int = 200
) -> Page:
    data = {
        "id": found.id,
        "name": found.name,
        "server": f"{found.host}:{found.port}",
        "login": found.login or "",
        "has_password": bool(found.has_password),
        "result": result,
        "fault": fault,
        "own_mail": env.user.mail or "",
    }
    return Page("base_mail/account.html", _("Password and test"), data, model=ACCOUNT, status=status)


ROUTES: tuple[Any, ...] = (compose, compose_for_selection, send, account, change_password, test_account)
