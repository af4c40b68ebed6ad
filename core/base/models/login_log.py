"""The login log (CORE-68)."""

from __future__ import annotations

import re

from core.orm import fields
from core.orm.decorators import depends
from core.orm.model import Model

_BROWSERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(MicroMessenger)/(\d+)",
        r"(Edg|EdgA|EdgiOS)/(\d+)",
        r"(OPR)/(\d+)",
        r"(Firefox|FxiOS)/(\d+)",
        r"(Chrome|CriOS)/(\d+)",
        r"(Version)/(\d+)[\d.]* (?:Mobile/\w+ )?Safari",
    )
)
"""In the order in which they are looked for: most browsers call themselves Chrome and Safari, too."""
_NAMES = {
    "MicroMessenger": "WeChat",
    "Edg": "Edge",
    "EdgA": "Edge",
    "EdgiOS": "Edge",
    "OPR": "Opera",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Version": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


class LoginLog(Model):
    """One attempt to log in, or one logout. Not editable."""

    _name = "core.login.log"
    _label = "Login log"
    _order = "id desc"
    _rec_name = "login"
    _recycle = False
    _log = True

    login = fields.Char(label="Login name", index=True, help="As it was typed.")
    user = fields.Many2one("core.user", ondelete="restrict", index=True, help="Empty: no such user.")
    at = fields.Datetime(label="Time", required=True, index=True)
    address = fields.Char(index=True, help="Network address of the client.")
    agent = fields.Char(label="Program", help="What the client calls itself.")
    browser = fields.Char(compute="_compute_browser", help="Browser and system, as far as the client tells.")
    kind = fields.Selection(
        {
            "login": "Login",
            "logout": "Logout",
            "key": "API key",
            "ended": "Ended by an administrator",
            "password": "Password changed",
            "link": "Password link asked for",
            "reset": "Password reset by link",
            "register": "Registered",
        },
        required=True,
        default="login",
    )
    result = fields.Selection({"success": "Success", "refused": "Refused"}, required=True, default="success")
    reason = fields.Selection(
        {
            "unknown": "No such user",
            "password": "Wrong password",
            "inactive": "Inactive",
            "key": "Wrong key",
            "expired": "Expired",
            "locked": "Too many attempts",
        },
        help="Why it was refused; never told to the client.",
    )

    @depends("agent")
    def _compute_browser(self) -> None:
        self.browser = browser_of(self.agent)


def browser_of(agent: str | None) -> str | None:
    """Return browser and system named in a ``User-Agent``, the text itself where it is none of the usual.

    >>> browser_of("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36")
    'Chrome 126 · Linux'
    >>> browser_of("curl/8.5.0")
    'curl/8.5.0'
    """
    if not agent or not agent.startswith("Mozilla/"):
        return agent
    found = next((match for pattern in _BROWSERS if (match := pattern.search(agent))), None)
    if found is None:
        return agent
    name = _NAMES.get(found[1], found[1])
    system = next((label for mark, label in _SYSTEMS.items() if mark in agent), "")
    return " · ".join(part for part in (f"{name} {found[2]}", system) if part)
