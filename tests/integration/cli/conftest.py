"""Installed databases for the command line, made once per engine and copied; and a runner of commands."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from core.app import Application
from core.base.services.passwords import set_password
from core.cli.installation import Installation
from core.cli.main import cli
from core.config import Settings
from core.errors import CoreError

ADDONS = ["crm_loyalty"]
PASSWORD = "correct horse"


def install(url: str, folder: Path, names: Sequence[str] = ADDONS) -> None:
    """Install base and some addons."""
    app = Application(Settings(root=folder, data_dir=folder / "var", database_url=url, language="en"))
    app.lifecycle().install(names, prepare=lambda env: set_password(env, env.ref("base.admin"), PASSWORD))
    app.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the sample addons installed."""
    folder = tmp_path_factory.mktemp("cli")
    install(f"sqlite:///{folder / 'template.db'}", folder)
    return folder / "template.db"


@pytest.fixture(scope="session")
def postgres_template(
    postgres: Any, database_names: Iterator[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Name of a PostgreSQL database with the sample addons installed."""
    name = next(database_names)
    install(postgres.create_database(name), tmp_path_factory.mktemp("cli"))
    yield name
    postgres.drop_database(name)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An installed SQLite database of the test's own."""
    (tmp_path / "var").mkdir()
    shutil.copy(sqlite_template, tmp_path / "var" / "tangram.db")
    return f"sqlite:///{tmp_path / 'var' / 'tangram.db'}"


@pytest.fixture
def postgres_url(postgres_template: str, create_postgres_database: Callable[..., str]) -> str:
    """An installed PostgreSQL database of the test's own."""
    return create_postgres_database(postgres_template)


@pytest.fixture(params=["sqlite", "postgresql"])
def installed_url(request: pytest.FixtureRequest) -> str:
    """An installed database of the test's own, on either engine."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


class OpenInstallation(Installation):
    """An installation whose application goes on after the command, which saves building a registry for each."""

    def __init__(self, config: Path, application: Application) -> None:
        super().__init__(config)
        self.__dict__["application"] = application

    def close(self) -> None:
        """Leave the application open."""


class Terminal:
    """Runs commands on one installation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config" / "settings.yaml"
        self._app: Application | None = None

    @property
    def app(self) -> Application:
        """The application that the commands use."""
        if self._app is None:
            self._app = Application.from_config(self.config)
        return self._app

    def forget(self) -> None:
        """Let the next command begin as in a new process."""
        if self._app is not None:
            self._app.close()
        self._app = None

    def configure(self, url: str, **settings: Any) -> None:
        """Write the settings file."""
        self.forget()
        self.config.parent.mkdir(exist_ok=True)
        values = {"data_dir": "var", "database_url": url, "language": "en", **settings}
        self.config.write_text("".join(f"{name}: {value!r}\n" for name, value in values.items()).replace("'", '"'))

    def __call__(self, *words: str, code: int = 0, **options: Any) -> Result:
        """Run a command and expect an exit code."""
        try:
            installation = OpenInstallation(self.config, self.app)
        except CoreError:
            installation = Installation(self.config)
        result = CliRunner().invoke(cli, list(words), obj=installation, **options)
        if result.exit_code != code and result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result


@pytest.fixture
def empty(database_url: str, tmp_path: Path) -> Iterator[Terminal]:
    """An installation on an empty database, on both engines."""
    terminal = Terminal(tmp_path)
    terminal.configure(database_url)
    yield terminal
    terminal.forget()


@pytest.fixture
def terminal(installed_url: str, tmp_path: Path) -> Iterator[Terminal]:
    """An installation with the sample addons, on both engines."""
    terminal = Terminal(tmp_path)
    (tmp_path / "var").mkdir(exist_ok=True)
    terminal.configure(installed_url)
    yield terminal
    terminal.forget()


@pytest.fixture
def sqlite_terminal(sqlite_url: str, tmp_path: Path) -> Iterator[Terminal]:
    """An installation with the sample addons on SQLite."""
    terminal = Terminal(tmp_path)
    terminal.configure(sqlite_url)
    yield terminal
    terminal.forget()


@pytest.fixture
def app(terminal: Terminal) -> Application:
    """The application of `terminal`."""
    return terminal.app
