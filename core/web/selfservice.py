"""What the account pages need of the base addon, which stands above the web (layer web).

Methods about a user are called with that user's environment, the others with one of the system.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from core.orm.environment import Environment


class SelfService(Protocol):
    """What people do with their own account. What can't be accepted raises ValidationError with the field, and changes nothing."""

    def password_rule(self, env: Environment) -> tuple[int, int]:
        """Return the least length of a password and the least number of kinds of characters."""

    def remember_days(self, env: Environment) -> int:
        """Return for how many days a computer may be remembered; 0: not at all."""

    def change_password(
        self, env: Environment, old: str, new: str, *, keep_session: int | None = None, address: str | None = None
    ) -> None:
        """Change the own password; the user's other sessions end."""

    def must_choose_login(self, env: Environment, user: Any) -> bool:
        """Return whether a user has to choose a login name too at the first login."""

    def finish_first_login(
        self,
        env: Environment,
        password: str,
        login: str | None = None,
        *,
        keep_session: int | None = None,
        address: str | None = None,
    ) -> None:
        """Choose the own password, and the login name where it has to change; the user's other sessions end."""

    def links_possible(self, env: Environment) -> bool:
        """Return whether links for forgotten passwords can be mailed."""

    def ask_for_link(
        self, env: Environment, typed: str, base_url: str, *, address: str | None = None, agent: str | None = None
    ) -> bool:
        """Have a link mailed to whom it may concern; False: too many were asked for from there."""

    def link_holds(self, env: Environment, token: str) -> bool:
        """Return whether a link can be used."""

    def use_link(self, env: Environment, token: str, password: str, *, address: str | None = None) -> bool:
        """Give the user of a link a new password; False: it can't be used."""

    def may_register(self, env: Environment) -> bool:
        """Return whether people may register themselves."""

    def register(
        self, env: Environment, name: str, login: str, mail: str, password: str, *, address: str | None = None
    ) -> int:
        """Make a user without rights, and return the id."""

    def read_preferences(self, env: Environment) -> Mapping[str, Any]:
        """Return how the user of ``env`` likes the pages: theme, density, page_size, nav_collapsed, shortcuts."""

    def write_preference(self, env: Environment, key: str, value: Any) -> None:
        """Keep one preference of the user of ``env``; None goes back to the default."""

    def set_picture(self, env: Environment, name: str, content: bytes) -> None:
        """Make a file the picture of the user of ``env``."""
