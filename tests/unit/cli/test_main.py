"""The command itself: every command is there, loads by itself, and says what it does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from core.cli.main import COMMANDS, cli


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_the_list_of_commands_is_that_of_the_design() -> None:
    wanted = [
        "init",
        "serve",
        "worker",
        "addons",
        "shell",
        "new",
        "import",
        "export",
        "backup",
        "restore",
        "doctor",
        "explain",
        "trace",
        "stubs",
        "user",
    ]
    assert set(wanted) <= set(COMMANDS)


def test_a_command_called_wrongly_exits_with_2() -> None:
    runner = CliRunner()
    assert runner.invoke(cli, ["frobnicate"]).exit_code == 2
    assert runner.invoke(cli, ["user", "key"]).exit_code == 2
    assert runner.invoke(cli, ["explain", "admin"]).exit_code == 2


def test_a_wrong_setting_is_told_with_file_line_and_nearest_name(tmp_path: Path) -> None:
    config = tmp_path / "settings.yaml"
    config.write_text("data_dir: var\nlanguag: en\nport: many\n")
    result = CliRunner().invoke(cli, ["--config", str(config), "user", "list"])
    assert result.exit_code == 1
    assert "settings.yaml:2" in result.stderr
    assert 'did you mean "language"?' in result.stderr
    assert "settings.yaml:3" in result.stderr
    assert "Traceback" not in result.output


def test_an_unknown_database_proposes_the_nearest(tmp_path: Path) -> None:
    config = tmp_path / "settings.yaml"
    config.write_text(f"data_dir: {tmp_path}\ndatabases: {{second: 'sqlite:///{tmp_path}/second.db'}}\n")
    result = CliRunner().invoke(cli, ["--config", str(config), "--database", "secnd", "user", "list"])
    assert result.exit_code == 1
    assert 'did you mean "second"?' in result.stderr


def test_calling_for_help_loads_no_command_that_is_not_asked_for() -> None:
    program = (
        "import sys; from core.cli.main import cli; cli(['--version'], standalone_mode=False);"
        "print([name for name in sys.modules if name in ('core.cli.doctor', 'core.cli.serve', 'core.cli.backup')])"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert finished.stdout.splitlines()[-1] == "[]"
