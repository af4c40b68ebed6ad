"""Masks the token of a session in pages, so that the size of packed pages tells nothing of it (layer web).

Pages are packed and echo what was asked for. Who watches the line and can make a browser ask again and again would guess a token letter
by letter, since a right guess packs better (BREACH). Under a fresh mask no two pages hold the same token.
"""

from __future__ import annotations

import base64
import secrets


def mask(token: str) -> str:
    """Return the token under a fresh mask: the mask and, byte by byte, mask XOR token, in letters that headers and forms take."""
    plain = token.encode()
    pad = secrets.token_bytes(len(plain))
    return base64.urlsafe_b64encode(pad + _xor(pad, plain)).decode()


def matches(sent: str, token: str) -> bool:
    """Return whether a request brought the token, masked (from a page) or plain (from the answer to a login over the API).

    Args:
        sent: What the request brought; any text.
        token: The token of the session.
    """
    plain = token.encode()
    return secrets.compare_digest(sent.encode(), plain) or secrets.compare_digest(_unmask(sent), plain)


def _unmask(sent: str) -> bytes:
    """Return what was masked; nothing if it is no masked token."""
    try:
        both = base64.b64decode(sent, altchars=b"-_", validate=True)
    except ValueError:
        return b""
    half, odd = divmod(len(both), 2)
    return b"" if odd else _xor(both[:half], both[half:])


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))
