"""Makes one signed HTTP call, to public addresses only unless a setting allows others (CORE-81).

The name is resolved once and the very address that was checked is connected to, so that a name can't mean another one in between. No
redirects are followed, no proxy is used.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT_S = 10.0
LONGEST_ANSWER = 1000
"""Bytes of an answer that are read and kept."""
EVENT_HEADER, DELIVERY_HEADER = "X-Tangram-Event", "X-Tangram-Delivery"
TIMESTAMP_HEADER, SIGNATURE_HEADER = "X-Tangram-Timestamp", "X-Tangram-Signature"


@dataclass(frozen=True)
class Answer:
    """What came of a call."""

    status: int | None
    """None: there was no answer."""
    text: str

    @property
    def is_good(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return what `SIGNATURE_HEADER` says: HMAC-SHA256 over the time, a dot and the body."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def post(address: str, body: bytes, headers: Mapping[str, str], *, allow_private: bool) -> Answer:
    """Send a body of JSON and return what came of it; never raises for what the network or the receiver does.

    Args:
        address: Where to; ``https``, or ``http`` where private addresses are allowed.
        body: JSON.
        headers: More headers.
        allow_private: Whether addresses that are not public may be called.
    """
    try:
        return _post(address, body, headers, allow_private=allow_private)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(None, f"{type(error).__name__}: {error}"[:LONGEST_ANSWER])


def _post(address: str, body: bytes, headers: Mapping[str, str], *, allow_private: bool) -> Answer:
    parts = urlsplit(address)
    host, is_plain = parts.hostname or "", parts.scheme == "http"
    if parts.scheme not in ("http", "https") or (is_plain and not allow_private):
        raise ValueError("only https is allowed")
    port = parts.port or (80 if is_plain else 443)
    resolved = _resolve(host, port, allow_private=allow_private)
    kind = http.client.HTTPConnection if is_plain else http.client.HTTPSConnection
    connection = kind(host, port, timeout=TIMEOUT_S)
    with socket.create_connection((resolved, port), TIMEOUT_S) as plain:
        wrapped = plain if is_plain else ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        with wrapped:
            connection.sock = wrapped
            path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
            connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
            response = connection.getresponse()
            return Answer(response.status, response.read1(LONGEST_ANSWER).decode("utf-8", "replace"))


def _resolve(host: str, port: int, *, allow_private: bool) -> str:
    """Return one address of a host.

    Raises:
        ValueError: One of its addresses is not public.
        OSError: There is no such host.
    """
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not allow_private:
        for text in found:
            if not is_public(text):
                raise ValueError(f"{host} is no public address")
    return found[0]


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the public network: not private, local, of a link or reserved, in whichever spelling."""
    address = ipaddress.ip_address(text.split("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is not None:
            address = inner
        elif address in ipaddress.ip_network("64:ff9b::/96"):
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.is_global and not address.is_multicast
