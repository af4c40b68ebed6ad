"""The command ``tangram`` and the list of its commands. Layer: cli."""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click

from core.cli.errors import told
from core.cli.installation import Installation

COMMANDS = {
    "init": "init",
    "serve": "serve",
    "worker": "worker",
    "addons": "addons",
    "user": "user",
    "demo": "demodata",
    "shell": "shell",
    "new": "new",
    "import": "importing",
    "import-set": "import_set",
    "export": "exporting",
    "backup": "backup",
    "restore": "restore",
    "doctor": "doctor",
    "explain": "explain",
    "trace": "trace",
    "stubs": "stubs",
    "schemas": "schemas",
}
"""Name of each command → its module in `core.cli`, which holds it as ``command``."""


class Commands(click.Group):
    """Loads a command's module when it is called, and shows expected failures as what they are."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, those one begins with first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, None if there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"core.cli.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command.

        Raises:
            ToldError: It failed for a reason that can be told.
        """
        # Who calls from Python, as tests do, may bring an installation that is open already.
        installation = ctx.obj or Installation(ctx.params.get("config"), ctx.params.get("database"))
        ctx.obj = installation
        ctx.call_on_close(installation.close)
        try:
            return super().invoke(ctx)
        except Exception as error:
            shown = told(error, installation.language)
            if shown is None:
                raise
            raise shown from error


def _version() -> str:
    try:
        return version("tangram-crm")
    except PackageNotFoundError:
        return "unknown"


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file; without it TANGRAM_CONFIG, else config/default.yaml where there is one.",
)
@click.option("--database", metavar="NAME", help="Database among those of the settings; without it the default one.")
@click.version_option(_version(), prog_name="tangram")
def cli(config: Path | None, database: str | None) -> None:
    """Tangram CRM: install, run and look after an installation.

    Results go to standard output, all else to standard error. Exit codes: 0 done, 1 failed for a reason that is told, 2 called wrongly.
    """


def main() -> None:
    """Run the command line of the process; never returns."""
    sys.exit(cli(prog_name="tangram"))
