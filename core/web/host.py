"""What the web needs of the application and of the base addon, which both stand above it (layer web).

`core.app.Application` is a `WebHost`; `core.base.accounts.BaseAccounts` are its `Accounts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.config import Settings
    from core.orm.database import Database
    from core.orm.environment import Environment


class OpenSession(Protocol):
    """A web session that is open now."""

    @property
    def id(self) -> int:
        """Its id."""

    @property
    def user_id(self) -> int:
        """Whose it is."""

    @property
    def csrf(self) -> str:
        """Token that every change made with this session carries."""


class Accounts(Protocol):
    """Logins, sessions and API keys. Every method is called with an environment of the system."""

    def authenticate(
        self, env: Environment, login: str, password: str, *, address: str | None = None, agent: str | None = None
    ) -> int | None:
        """Return the id of the user with this name and password, or None; logs the attempt, which is to be committed."""

    def verify_key(self, env: Environment, key: str, *, address: str | None = None, touch: bool = True) -> int | None:
        """Return the id of the user to whom an API key belongs, or None.

        Args:
            env: An environment of the system.
            key: The key as sent.
            address: Network address of the client.
            touch: Note the use, or the refusal in the login log; False writes nothing.
        """

    def find_session(self, env: Environment, key: str, *, touch: bool = True) -> OpenSession | None:
        """Return the open session with this key, or None; with ``touch`` notes that it was seen."""

    def start_session(
        self, env: Environment, user_id: int, *, address: str | None = None, agent: str | None = None
    ) -> str:
        """Open a session and return its key, which only the browser keeps."""

    def end_session(self, env: Environment, session_id: int, *, address: str | None = None) -> None:
        """End a session at once."""


class WebHost(Protocol):
    """The application as the web sees it."""

    @property
    def settings(self) -> Settings:
        """The settings of the installation."""

    @property
    def accounts(self) -> Accounts:
        """Who may come in."""

    def databases(self) -> Sequence[str]:
        """Return the names of the databases served."""

    def database(self, name: str | None = None) -> Database:
        """Return a database by name; None means the default one."""
