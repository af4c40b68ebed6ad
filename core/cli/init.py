"""``tangram init``: from an empty database to one that can be served. Layer: cli."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.engine import make_url

from core.base.services.demo_year import make_demo_year
from core.base.services.passwords import random_password, set_password
from core.cli.demo import DEMO_PASSWORD, demo_logins, give_demo_passwords
from core.cli.installation import Installation, pass_installation
from core.cli.profiles import addons_of_profile, default_addons
from core.i18n import _
from core.orm.environment import Environment

ADMIN = "base.admin"


@click.command("init")
@click.option("--profile", metavar="NAME", help="Enable the addons of a profile: its name, or a file of your own.")
@click.option("--demo", is_flag=True, help="Load demo records, and make logins to try it with.")
@click.option(
    "--admin-password", metavar="TEXT", help="Password of the login admin; without it a random one is printed."
)
@pass_installation
def command(installation: Installation, profile: str | None, demo: bool, admin_password: str | None) -> None:
    """Make the database: tables, the base addon, the administrator, the addons of a profile.

    In a database that is installed already nothing is changed.
    """
    _make_folders(installation)
    if installation.is_installed():
        installation.say(
            _('The database "%(name)s" is installed already; nothing was changed.', name=installation.database.name)
        )
        return
    app = installation.application
    found = app.rescan()
    names = default_addons(found) if profile is None else addons_of_profile(profile, app.settings.root, found)
    password = admin_password or (DEMO_PASSWORD if demo else random_password())

    def prepare(env: Environment) -> None:
        set_password(env, env.ref(ADMIN), password, must_change=not demo)
        if demo:
            give_demo_passwords(env)
            make_demo_year(env)

    with installation.lifecycle() as lifecycle:
        lifecycle.install(names, demo=demo, prepare=prepare)
    _report(installation, password if admin_password is None and not demo else None)


def _make_folders(installation: Installation) -> None:
    settings = installation.application.settings
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    url = make_url(installation.database.url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)


def _report(installation: Installation, password: str | None) -> None:
    """Print what there is now; a random password this once."""
    with installation.env(readonly=True) as env:
        out = installation.out
        out.print(f"Installed: {', '.join(env.registry.addons)}", soft_wrap=True)
        if password is not None:
            out.print("Login: admin", soft_wrap=True)
            out.print(f"Password: {password}", markup=False, soft_wrap=True)
            installation.say(_("The password is shown this once; the first login asks for a new one."))
        print_demo_logins(installation, env)


def print_demo_logins(installation: Installation, env: Environment) -> None:
    """Print the logins of a demo installation, if it is one."""
    found = demo_logins(env)
    if found:
        installation.out.print(f"Demo logins, password {DEMO_PASSWORD}:", soft_wrap=True)
    for each in found:
        installation.out.print(f"  {each.login:<16} {each.name}", markup=False, soft_wrap=True)
