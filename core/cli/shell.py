"""``tangram shell``: Python with an environment at hand. Layer: cli."""

from __future__ import annotations

import code
import importlib
import sys
from typing import Any

import click

from core.cli.installation import Installation, pass_installation
from core.orm.domain import D


@click.command("shell")
@click.option("--user", metavar="LOGIN", help="In whose name; without it the system, which passes every check.")
@click.option(
    "-c", "program", metavar="CODE", help="Run this code instead of asking for lines; - reads it from standard input."
)
@click.option("--commit", is_flag=True, help="Keep the changes, if the code or the session ends without an exception.")
@pass_installation
def command(installation: Installation, user: str | None, program: str | None, commit: bool) -> None:
    """Open Python with env, app and D in one transaction, which is undone at the end unless --commit is given."""
    with installation.env(user, keep=commit) as env:
        names: dict[str, Any] = {"env": env, "app": installation.application, "D": D, "__name__": "__console__"}
        if program is None:
            importlib.import_module("readline")
            kept = "kept" if commit else "undone"
            code.interact(
                f"Tangram CRM as {env.user.name}: env, app, D. At the end (Ctrl-D) changes are {kept}.",
                local=names,
                exitmsg="",
            )
        else:
            text = sys.stdin.read() if program == "-" else program
            exec(compile(text, "<tangram shell>", "exec"), names)  # noqa: S102 - running code is what a shell is for
