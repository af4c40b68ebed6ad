"""Mails by the setting ``mail_url``: to a folder, to a server; refused where a password would travel in the open."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from core.base.services.mail import deliver
from core.config.settings import Settings
from core.errors import ConfigError

TEXT = "您好，\n请打开链接 https://crm.example.com/reset?token=abc\n"


class SmtpServer(threading.Thread):
    """Takes one mail and keeps what was said."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.commands: list[str] = []
        self.mail = b""

    def run(self) -> None:
        connection, _address = self._listening.accept()
        with connection, connection.makefile("rwb") as stream:

            def say(line: str) -> None:
                stream.write(f"{line}\r\n".encode())
                stream.flush()

            say("220 here")
            while line := stream.readline():
                command = line.decode().strip()
                self.commands.append(command)
                if command.upper() == "DATA":
                    say("354 go on")
                    while (part := stream.readline()) != b".\r\n":
                        self.mail += part
                    say("250 taken")
                elif command.upper().startswith("EHLO"):
                    say("250-here")
                    say("250 AUTH PLAIN")
                elif command.startswith("AUTH"):
                    say("235 welcome")
                elif command.upper() == "QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 fine")

    def close(self) -> None:
        self._listening.close()
        self.join(10)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """A mail server on this machine."""
    started = SmtpServer()
    started.start()
    yield started
    started.close()


def settings_of(url: str, folder: Path) -> Settings:
    return Settings(root=folder, mail_url=url, mail_from="crm@example.com")


def test_a_mail_is_written_to_a_folder(tmp_path: Path) -> None:
    for _number in range(2):
        deliver(settings_of(f"file://{tmp_path}/信%20件", tmp_path), "li@example.com", "设置新密码", TEXT)
    first, _second = (tmp_path / "信 件").glob("*.eml")
    mail = message_from_bytes(first.read_bytes(), policy=policy.default)
    assert (mail["From"], mail["To"], mail["Subject"]) == ("crm@example.com", "li@example.com", "设置新密码")
    assert mail.get_content().strip() == TEXT.strip()
    assert mail["Message-ID"].endswith("@example.com>")


def test_a_mail_goes_to_a_server_with_name_and_password(server: SmtpServer, tmp_path: Path) -> None:
    url = f"smtp://user%40x:p%3Aw@127.0.0.1:{server.port}"
    deliver(settings_of(url, tmp_path), "li@example.com", "设置新密码", TEXT)
    server.close()
    assert any(command.startswith("AUTH PLAIN") for command in server.commands)
    mail = message_from_bytes(server.mail, policy=policy.default)
    assert (mail["To"], mail["Subject"]) == ("li@example.com", "设置新密码")


@pytest.mark.parametrize("to", ["li@example.com\r\nBcc: all@example.com", "li@example.com\nX: y"])
def test_an_address_can_add_no_header(tmp_path: Path, to: str) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        deliver(settings_of(f"file://{tmp_path}/out", tmp_path), to, "s", TEXT)


@pytest.mark.parametrize("url", ["", "http://x", "smtp://", "smtp:host", "file:", "host:25"])
def test_a_setting_that_means_nothing_is_told(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match="mail_url"):
        deliver(settings_of(url, tmp_path), "li@example.com", "s", TEXT)
