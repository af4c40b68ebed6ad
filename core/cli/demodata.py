"""``tangram demo``: take the demo records out again. Layer: cli."""

from __future__ import annotations

import click

from core.cli.installation import Installation, confirm, pass_installation
from core.i18n import _


@click.group("demo")
def command() -> None:
    """Look after the demo records of an installation."""


@command.command("remove")
@click.option("--yes", is_flag=True, help="Don't ask.")
@pass_installation
def remove(installation: Installation, yes: bool) -> None:
    """Remove the demo records with their logins, and what can't be without them; the database is then as without demo."""
    installation.require()
    confirm(installation, _("Remove all demo records, and what was made for demo customers since?"), yes=yes)
    with installation.lifecycle() as lifecycle:
        gone = lifecycle.remove_demo()
    installation.say(_("%(rows)s rows of %(tables)s tables were removed.", rows=sum(gone.values()), tables=len(gone)))
