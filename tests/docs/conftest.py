"""An application over addons that a test writes itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.api import Application
from core.config import Settings


@pytest.fixture
def addons(tmp_path: Path) -> Path:
    """The folder for addons of the test."""
    folder = tmp_path / "addons"
    folder.mkdir()
    return folder


@pytest.fixture
def write_addon(addons: Path) -> Callable[..., Path]:
    """Writes the frame of an addon, ``(name, version="1.0.0", depends=())``, and returns its folder."""

    def write(name: str, version: str = "1.0.0", depends: tuple[str, ...] = ()) -> Path:
        folder = addons / name
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").write_text('"""An addon of a guide."""\n')
        manifest = f"title: {name}\nversion: {version}\ndepends: [{', '.join(depends)}]\n"
        (folder / "manifest.yaml").write_text(manifest)
        return folder

    return write


@pytest.fixture
def app(tmp_path: Path, addons: Path) -> Iterator[Application]:
    """An application with the addons of the test, on SQLite; nothing is installed yet."""
    data = tmp_path / "var"
    data.mkdir()
    url = f"sqlite:///{tmp_path / 'guide.db'}"
    app = Application(
        Settings(root=tmp_path, database_url=url, addons_path=(addons,), data_dir=data, language="en", timezone="UTC")
    )
    yield app
    app.close()
