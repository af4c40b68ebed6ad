"""Talks SMTP: hands one mail to one server and says honestly what became of it. Knows neither records nor the database.

A mail counts as sent when the server has answered its text with "250"; as not sent when the conversation ended before the text. Where
it ended in between nobody can know, and the outcome is ``doubtful``.
"""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Literal

TIMEOUT_S = 30
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_POLICY = SMTP.clone(cte_type="7bit")
OutcomeState = Literal["sent", "partial", "retry", "failed", "doubtful"]


class TransportError(Exception):
    """The server can't be used as it is set up; trying again changes nothing."""


@dataclass(frozen=True)
class Transport:
    """A server and how to get in."""

    host: str
    port: int
    security: str
    """``starttls``, ``tls`` or ``none``; ``offered``: STARTTLS where the server has it, else only to this machine itself."""
    login: str | None = None
    password: str | None = None
    folder: Path | None = None
    """Mails are written there instead of sent, for trying."""


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt."""

    state: OutcomeState
    """``retry``: certainly not sent, but worth another try."""
    result: str | None = None
    error: str | None = None
    refused: tuple[str, ...] = ()
    """Addresses the server did not take, with its reason."""


def open_server(transport: Transport, timeout_s: float = TIMEOUT_S) -> smtplib.SMTP:
    """Connect, encrypt as asked, and log in; the caller closes.

    Raises:
        TransportError: The server offers no encryption, or a password would be sent in the open.
        smtplib.SMTPException: The server refuses.
        OSError: It can't be reached, or nobody vouches for its certificate.
    """
    context = ssl.create_default_context()
    if transport.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(transport.host, transport.port, timeout=timeout_s, context=context)
    else:
        server = smtplib.SMTP(transport.host, transport.port, timeout=timeout_s)
    try:
        server.ehlo()
        if transport.security in ("starttls", "offered"):
            _encrypt(server, transport, context)
        if transport.login:
            if transport.security == "none" and transport.host not in _LOCAL:
                raise TransportError("a password is not sent without encryption")
            server.login(transport.login, transport.password or "")
    except BaseException:
        server.close()
        raise
    return server


def _encrypt(server: smtplib.SMTP, transport: Transport, context: ssl.SSLContext) -> None:
    if server.has_extn("starttls"):
        server.starttls(context=context)
        server.ehlo()
    elif transport.security == "starttls" or transport.host not in _LOCAL:
        raise TransportError("the server offers no encryption (STARTTLS)")


def deliver(transport: Transport, message: EmailMessage, sender: str, recipients: Sequence[str]) -> Outcome:
    """Send one mail; never raises for what servers and networks do.

    Args:
        transport: The server.
        message: The whole mail, with its Message-ID.
        sender: Address for the envelope.
        recipients: Addresses for the envelope.
    """
    content = message.as_bytes(policy=_POLICY)
    if transport.folder is not None:
        return _write(transport.folder, message, content)
    try:
        server = open_server(transport)
    except (TransportError, smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        return Outcome("failed", error=told(error))
    except (smtplib.SMTPException, OSError) as error:
        return Outcome("retry", error=told(error))
    try:
        return _converse(server, content, sender, recipients)
    finally:
        server.close()


def _write(folder: Path, message: EmailMessage, content: bytes) -> Outcome:
    name = str(message["Message-ID"]).strip("<>").replace("/", "_")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.eml").write_bytes(content)
    except OSError as error:
        return Outcome("retry", error=told(error))
    return Outcome("sent", result=f"{name}.eml")


def _converse(server: smtplib.SMTP, content: bytes, sender: str, recipients: Sequence[str]) -> Outcome:
    refused: list[str] = []
    codes: list[int] = []
    try:
        code, answer = server.mail(sender)
        if code != 250:
            return _refusal(code, answer)
        for address in recipients:
            code, answer = server.rcpt(address) if address.isascii() else (553, b"address is not ASCII")
            if code not in (250, 251):
                refused.append(f"{address}: {code} {_text(answer)}")
                codes.append(code)
    except (smtplib.SMTPException, OSError) as error:
        return Outcome("retry", error=told(error))
    if len(refused) == len(recipients):
        state: OutcomeState = "retry" if all(400 <= code < 500 for code in codes) else "failed"
        return Outcome(state, error="; ".join(refused), refused=tuple(refused))
    try:
        code, answer = server.data(content)
    except smtplib.SMTPDataError as error:
        # Refused before a line of the text was sent.
        return _refusal(error.smtp_code, error.smtp_error)
    except (smtplib.SMTPException, OSError) as error:
        return Outcome("doubtful", error=told(error), refused=tuple(refused))
    if code != 250:
        return _refusal(code, answer)
    return Outcome(
        "partial" if refused else "sent", f"{code} {_text(answer)}", "; ".join(refused) or None, tuple(refused)
    )


def _refusal(code: int, answer: bytes | str) -> Outcome:
    return Outcome("retry" if 400 <= code < 500 else "failed", error=f"{code} {_text(answer)}")


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:500]


def told(error: BaseException) -> str:
    """Return a fault of a server or network in one line; never a password."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return (" ".join(str(error).split()) or type(error).__name__)[:500]
