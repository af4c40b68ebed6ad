"""The seam for mails (CORE-06): an addon that knows mail takes them by a hook; without one the setting ``mail_url`` says how they go.

Nothing here is called while somebody waits for a page: a background job sends.
"""

from __future__ import annotations

import secrets
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from core.errors import ConfigError, Where
from core.i18n import _

if TYPE_CHECKING:
    from core.config import Settings
    from core.orm.environment import Environment

HOOK = "send_mail"
TIMEOUT_S = 30
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def can_send(env: Environment) -> bool:
    """Return whether mails go anywhere."""
    hooks = env.registry.hooks
    if env.settings.mail_url:
        return True
    return hooks is not None and bool(hooks.implementations(HOOK)) and env.hook.mail_ready(env=env) is not False


def offer_to_addons(env: Environment, to: str, subject: str, text: str) -> bool:
    """Return whether an addon took the mail; what it does lies in the transaction of ``env``."""
    hooks = env.registry.hooks
    if hooks is None or not hooks.implementations(HOOK):
        return False
    return bool(env.hook.send_mail(env=env, to=to, subject=subject, text=text))


def deliver(settings: Settings, to: str, subject: str, text: str) -> None:
    """Send a mail as the setting ``mail_url`` says.

    Raises:
        ConfigError: The setting is empty or can't be understood, or it would send a password in the open.
        OSError: The server can't be reached or refuses (`smtplib.SMTPException` is one), or the folder can't be written.
    """
    url = urlsplit(settings.mail_url)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.mail_from, to, subject
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=settings.mail_from.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    if url.scheme == "file" and url.path:
        folder = Path(unquote(url.path))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{secrets.token_hex(8)}.eml").write_bytes(bytes(message))
    elif url.scheme in ("smtp", "smtps") and url.hostname:
        with _connect(url.scheme, url.hostname, url.port) as server:
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(message)
    else:
        raise ConfigError(
            _("The setting mail_url can't be understood."),
            code="config.mail_url",
            hint=_("write smtp://user:password@host:587, smtps://… or file:///folder"),
            where=Where(key="mail_url"),
        )


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_S, context=context)
    server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_S)
    try:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif host not in _LOCAL:
            raise ConfigError(
                _("The mail server %(host)s offers no encryption.", host=host),
                code="config.mail_url",
                hint=_("use smtps://"),
                where=Where(key="mail_url"),
            )
    except BaseException:
        server.close()
        raise
    return server
