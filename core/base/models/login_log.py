"""The login log (CORE-68)."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


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
    agent = fields.Char(label="Browser")
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
