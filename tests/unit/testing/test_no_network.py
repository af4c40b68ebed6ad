"""The fixture that keeps tests on this machine."""

from __future__ import annotations

import smtplib
import socket
import urllib.request

import pytest


def test_other_machines_are_refused() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"192\.0\.2\.1:80"):
        socket.create_connection(("192.0.2.1", 80))
    with pytest.raises(pytest.fail.Exception, match=r"example\.com"):
        urllib.request.urlopen("http://example.com/")


@pytest.mark.parametrize("port", [25, 465, 587])
def test_mail_is_refused_even_on_this_machine(port: int) -> None:
    with pytest.raises(pytest.fail.Exception, match=str(port)):
        smtplib.SMTP("127.0.0.1", port)


def test_loopback_and_unix_sockets_stay_open(tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as client:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        client.connect(str(tmp_path / "s"))
