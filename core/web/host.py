"""What the web needs of the application and of the base addon, which both stand above it (layer web).

`core.app.Application` is a `WebHost`; `core.base.accounts.BaseAccounts` are its `Accounts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Protocol

from core.web.keeping import Lists
from core.web.selfservice import SelfService

if TYPE_CHECKING:
    from pathlib import Path

    from core.config import Settings
    from core.data.lifecycle import Lifecycle, Progress
    from core.errors import CoreError
    from core.i18n import Translator
    from core.jobs.outbox import Outbox
    from core.orm.database import Database
    from core.orm.environment import Environment
    from core.orm.registry import Registry
    from core.plugins.addonset import AddonSet
    from core.web.routes import Endpoint


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

    @property
    def must_change(self) -> bool:
        """Whether the user has to choose a password before anything else."""


class LoginAttempt(Protocol):
    """What became of an attempt to log in."""

    @property
    def user_id(self) -> int | None:
        """Who it is; None: refused."""

    @property
    def left(self) -> int:
        """Tries before the account is locked."""

    @property
    def wait_s(self) -> int:
        """Seconds before another try is looked at; 0: none."""

    @property
    def lock_s(self) -> int:
        """Seconds for which one failure too many locks the account."""

    @property
    def was_locked(self) -> bool:
        """The attempt was not even looked at."""


class Accounts(SelfService, Protocol):
    """Logins, sessions and API keys. Every method is called with an environment of the system."""

    def authenticate(
        self, env: Environment, login: str, password: str, *, address: str | None = None, agent: str | None = None
    ) -> LoginAttempt:
        """Check name and password; logs the attempt, which is to be committed, so nothing is raised."""

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

    def session_seconds(self, env: Environment, *, remember: bool = False) -> int:
        """Return after how many seconds a session ends in any case."""

    def start_session(
        self,
        env: Environment,
        user_id: int,
        *,
        remember: bool = False,
        address: str | None = None,
        agent: str | None = None,
    ) -> str:
        """Open a session and return its key, which only the browser keeps."""

    def renew_session(self, env: Environment, session_id: int) -> str:
        """Give an open session another key and token, and return the key."""

    def seconds_left(self, env: Environment, session_id: int) -> int | None:
        """Return after how many seconds a remembered session ends; None for one that ends with the browser."""

    def end_session(self, env: Environment, session_id: int, *, address: str | None = None) -> None:
        """End a session at once."""


class StoredFile(Protocol):
    """A file opened for reading; it stays open when the transaction has ended."""

    @property
    def name(self) -> str:
        """Name of the file."""

    @property
    def size(self) -> int:
        """Its bytes."""

    @property
    def checksum(self) -> str:
        """SHA-256 of the content in hexadecimal."""

    @property
    def shown_as(self) -> str | None:
        """Type under which a browser may show it; None: only to be downloaded."""

    @property
    def content(self) -> BinaryIO:
        """The content; whoever opened it closes it."""


class Files(Protocol):
    """Attached files (CORE-66)."""

    def open(self, env: Environment, number: int, *, only_public: bool = False) -> StoredFile:
        """Open a file that the user of ``env`` may read; what is not there and what is not for the user answer alike."""

    def store(
        self,
        env: Environment,
        name: str,
        content: IO[bytes],
        *,
        model: str | None = None,
        record_id: int | None = None,
        field: str | None = None,
    ) -> dict[str, Any]:
        """Keep a file and return its id, name, mimetype and size."""


class WebHost(Protocol):
    """The application as the web sees it."""

    @property
    def settings(self) -> Settings:
        """The settings of the installation."""

    @property
    def accounts(self) -> Accounts:
        """Who may come in."""

    @property
    def lists(self) -> Lists:
        """What users keep for lists."""

    @property
    def files(self) -> Files:
        """Attached files."""

    def static_folders(self) -> Mapping[str, Path]:
        """Return addon → its folder of static files."""

    def endpoints(self) -> Sequence[Endpoint]:
        """Return the pages of the layers above the web, such as those of the built-in addon."""

    def databases(self) -> Sequence[str]:
        """Return the names of the databases served."""

    def database(self, name: str | None = None) -> Database:
        """Return a database by name; None means the default one."""

    @property
    def addons(self) -> AddonSet:
        """All addons found, usable and broken."""

    def rescan(self) -> AddonSet:
        """Look for addons again."""

    def addon_texts(self) -> Translator:
        """Return the translations of all addons found, enabled or not."""

    def broken_addons(self, registry: Registry) -> Mapping[str, CoreError]:
        """Return the enabled addons that a registry was built without, and why."""

    def lifecycle(self, database: str | None = None, *, progress: Progress | None = None) -> Lifecycle:
        """Return what changes the set of addons of a database."""

    def in_background(self, work: Callable[[], None], wait_s: float) -> bool:
        """Let a thread work, and tell whether it ended within ``wait_s`` seconds; its errors are its own matter."""

    def outbox(self, database: str) -> Outbox:
        """Return where jobs of a database are queued."""

    def write_note(self, key: str, value: Any) -> None:
        """Keep a JSON value that all processes of the installation see at once, outside any transaction; None takes it away."""

    def read_note(self, key: str) -> Any:
        """Return the value under a key, or None."""
