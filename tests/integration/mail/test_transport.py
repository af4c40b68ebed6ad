"""Ways to a mail server: encrypted as asked, with a password only inside, and never past a certificate nobody vouches for."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from addons.base_mail.services.transport import Transport, deliver


class Inbox:
    """Takes every mail and keeps who logged in."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd calls it so)
        login = session.auth_data.login.decode() if session.authenticated else None
        self.mails.append((login, envelope.rcpt_tos))
        return "250 Taken"


class Server(Controller):
    """A server on whatever port is free; ``mode`` is how it encrypts."""

    def __init__(self, inbox: Inbox, mode: str, certificate: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.mode = mode
        self.tls = context
        super().__init__(inbox, hostname="127.0.0.1", port=0, ssl_context=context if mode == "tls" else None)

    def factory(self) -> SMTP:
        def check(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
            return AuthResult(success=data.password == b"s3cret", auth_data=data, handled=False)

        starttls = self.tls if self.mode == "starttls" else None
        return SMTP(self.handler, tls_context=starttls, authenticator=check, auth_require_tls=self.mode == "starttls")

    def _trigger_server(self) -> None:
        """Knock where it listens, without a word: aiosmtpd itself would not trust the certificate."""
        self.port = self.server.sockets[0].getsockname()[1]
        socket.create_connection(("127.0.0.1", self.port)).close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def serve(certificate: Path) -> Iterator[Callable[[str], tuple[Inbox, int]]]:
    """``serve("tls")``: a server, as its inbox and port."""
    servers: list[Server] = []

    def start(mode: str) -> tuple[Inbox, int]:
        inbox = Inbox()
        servers.append(Server(inbox, mode, certificate))
        servers[-1].start()
        return inbox, servers[-1].port

    yield start
    for each in servers:
        each.stop()


def send(port: int, security: str, **more: Any) -> Any:
    mail = EmailMessage()
    mail["Subject"], mail["Message-ID"] = "Hi", "<1@x>"
    mail.set_content("Hello")
    return deliver(Transport("127.0.0.1", port, security, **more), mail, "a@example.com", ["z@example.org"])


@pytest.mark.parametrize("mode", ["tls", "starttls"])
def test_an_encrypted_server_takes_mail_and_password_once_its_certificate_is_trusted(
    serve: Callable[[str], tuple[Inbox, int]], certificate: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    inbox, port = serve(mode)
    refused = send(port, mode, login="post", password="s3cret")
    assert refused.state == "retry" and "certificate" in refused.error.lower() and inbox.mails == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    wrong = send(port, mode, login="post", password="wrong")
    assert wrong.state == "failed" and wrong.error.startswith("535") and "wrong" not in wrong.error
    assert send(port, mode, login="post", password="s3cret").state == "sent"
    assert inbox.mails == [("post", ["z@example.org"])]


def test_where_encryption_is_asked_for_and_not_offered_nothing_is_sent(
    serve: Callable[[str], tuple[Inbox, int]],
) -> None:
    inbox, port = serve("none")
    assert send(port, "starttls").state == "failed" and inbox.mails == []
    assert send(port, "offered").state == "sent" and len(inbox.mails) == 1  # this machine itself
