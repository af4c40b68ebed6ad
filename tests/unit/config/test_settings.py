"""Settings: where they come from, what is refused and how it is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from core.config import Settings, load_settings, setting_infos
from core.errors import ConfigError


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with an empty ``config/default.yaml``; the working directory is elsewhere."""
    (tmp_path / "project" / "config").mkdir(parents=True)
    (tmp_path / "project" / "config" / "default.yaml").write_text("")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path / "project"


def write(project: Path, text: str) -> Path:
    path = project / "config" / "default.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_are_those_of_the_design(project: Path) -> None:
    settings = load_settings(write(project, ""), {})
    assert settings.database_url == f"sqlite:///{project}/var/tangram.db"
    assert (settings.language, settings.timezone, settings.currency) == ("zh_CN", "Asia/Shanghai", "CNY")
    assert settings.data_dir == project / "var"
    assert settings.secret_key_file == project / "var" / "secret.key"
    assert settings.port == 8069


def test_settings_are_frozen(project: Path) -> None:
    settings = load_settings(write(project, ""), {})
    with pytest.raises(ValidationError):
        settings.port = 1


def test_paths_of_the_file_start_from_the_folder_above_config(project: Path) -> None:
    path = write(project, "database_url: sqlite:///data/x.db\naddons_path: [extra, /opt/addons]\n")
    settings = load_settings(path, {})
    assert settings.database_url == f"sqlite:///{project}/data/x.db"
    assert settings.addons_path == (project / "extra", Path("/opt/addons"))


def test_paths_of_variables_start_from_the_working_directory(project: Path) -> None:
    environ = {
        "TANGRAM_CONFIG": str(project / "config" / "default.yaml"),
        "TANGRAM_ADDONS_PATH": os.pathsep.join(["a", "/b"]),
        "TANGRAM_DATABASE_URL": "sqlite:///x.db",
        "TANGRAM_DATA_DIR": "d",
    }
    settings = load_settings(None, environ)
    assert settings.addons_path == (Path.cwd() / "a", Path("/b"))
    assert settings.database_url == f"sqlite:///{Path.cwd()}/x.db"
    assert settings.data_dir == Path.cwd() / "d"


def test_variable_wins_over_file_and_override_over_variable(project: Path) -> None:
    path = write(project, "port: 1000\nhost: a\nweb_threads: 2\n")
    settings = load_settings(path, {"TANGRAM_PORT": "2000", "TANGRAM_HOST": "b"}, host="c", web_threads=None)
    assert (settings.port, settings.host, settings.web_threads) == (2000, "c", 2)


def test_postgresql_addresses_get_the_installed_driver(project: Path) -> None:
    settings = load_settings(write(project, ""), {"TANGRAM_DATABASE_URL": "postgresql://u@h/d"})
    assert settings.database_url == "postgresql+psycopg://u@h/d"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:////abs/x.db", "mysql://h/d"])
def test_other_addresses_stay_as_they_are(project: Path, url: str) -> None:
    assert load_settings(write(project, f'database_url: "{url}"'), {}).database_url == url


def test_all_faults_of_the_file_are_told_with_line_and_nearest_name(project: Path) -> None:
    path = write(project, "databse_url: x\nport: many\nattachments: dsk\ntimezone: Asia/Nowhere\nroot: /\n")
    with pytest.raises(ConfigError) as caught:
        load_settings(path, {})
    text = str(caught.value)
    assert len(caught.value.faults) == 5
    assert f'{path}:1, databse_url: Unknown key "databse_url". (did you mean "database_url"?)' in text
    assert f'{path}:2, port: Expected a whole number, found "many".' in text
    assert 'did you mean "disk"?' in text
    assert 'There is no time zone "Asia/Nowhere".' in text
    assert f'{path}:5, root: Unknown key "root".' in text


def test_fault_of_a_variable_names_the_variable(project: Path) -> None:
    with pytest.raises(ConfigError, match="TANGRAM_PORT: Expected a whole number"):
        load_settings(write(project, ""), {"TANGRAM_PORT": "many"})


def test_misspelt_variable_is_refused_and_foreign_ones_are_left_alone(project: Path) -> None:
    path = write(project, "")
    load_settings(path, {"TANGRAM_TEST_POSTGRES": "x", "TANGRAM_SOAK": "1", "OTHER": "1"})
    with pytest.raises(ConfigError, match='"TANGRAM_DATABASE_URL"'):
        load_settings(path, {"TANGRAM_DATABSE_URL": "x"})


def test_file_that_does_not_exist_is_an_error(project: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        load_settings(project / "nothing.yaml", {})


def test_several_databases_are_found_by_name_and_host(project: Path) -> None:
    path = write(project, "databases: {north: 'sqlite:///n.db'}\nhosts: {n.example.com: north}\n")
    settings = load_settings(path, {})
    assert settings.database_names == ["default", "north"]
    assert settings.url_of("north") == f"sqlite:///{project}/n.db"
    assert settings.url_of() == settings.url_of("default") == settings.database_url
    assert settings.database_of_host("N.example.com:8069") == "north"
    assert settings.database_of_host("other") == "default"
    with pytest.raises(ConfigError, match='did you mean "north"'):
        settings.url_of("nroth")


def test_databases_may_come_from_a_variable(project: Path) -> None:
    settings = load_settings(write(project, ""), {"TANGRAM_DATABASES": "{a: 'sqlite://'}"})
    assert settings.url_of("a") == "sqlite://"
    with pytest.raises(ConfigError, match="TANGRAM_DATABASES"):
        load_settings(write(project, ""), {"TANGRAM_DATABASES": "{a: "})


@pytest.mark.parametrize("text", ["hosts: {h: nowhere}", "databases: {default: 'sqlite://'}"])
def test_hosts_and_databases_must_fit_together(project: Path, text: str) -> None:
    with pytest.raises(ConfigError):
        load_settings(write(project, text), {})


def test_every_setting_is_described() -> None:
    infos = setting_infos()
    assert [info.name for info in infos if not info.description or not info.kind] == []
    assert {info.variable for info in infos} >= {"TANGRAM_DATABASE_URL", "TANGRAM_ADDONS_PATH", "TANGRAM_DATA_DIR"}
    assert len(infos) == len(Settings.model_fields) - 1


def test_shipped_file_is_valid() -> None:
    path = Path(__file__).parents[3] / "config" / "default.yaml"
    assert load_settings(path, {}).root == path.parents[1]
