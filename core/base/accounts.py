"""`BaseAccounts`: logins, sessions and API keys as the web asks for them (`core.web.host.Accounts`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.base.services import authentication, sessions

if TYPE_CHECKING:
    from core.orm.environment import Environment


class BaseAccounts:
    """Keeps nothing itself: everything is in the database of the environment."""

    def authenticate(
        self, env: Environment, login: str, password: str, *, address: str | None = None, agent: str | None = None
    ) -> int | None:
        """Return the id of the user with this name and password, or None; see `authentication.authenticate`."""
        return authentication.authenticate(env, login, password, address=address, agent=agent)

    def verify_key(self, env: Environment, key: str, *, address: str | None = None, touch: bool = True) -> int | None:
        """Return the id of the user to whom an API key belongs, or None; see `authentication.verify_key`."""
        return authentication.verify_key(env, key, address=address, touch=touch)

    def find_session(self, env: Environment, key: str, *, touch: bool = True) -> sessions.OpenSession | None:
        """Return the open session with this key, or None; see `sessions.find_session`."""
        return sessions.find_session(env, key, touch=touch)

    def start_session(
        self, env: Environment, user_id: int, *, address: str | None = None, agent: str | None = None
    ) -> str:
        """Open a session and return its key; see `sessions.start_session`."""
        return sessions.start_session(env, user_id, address=address, agent=agent)

    def end_session(self, env: Environment, session_id: int, *, address: str | None = None) -> None:
        """End a session at once; see `sessions.end_session`."""
        sessions.end_session(env, session_id, address=address)
