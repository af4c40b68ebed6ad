"""``tangram user``: users, passwords and API keys from the terminal, as the system. Layer: cli."""

from __future__ import annotations

from typing import Any

import click
from rich.table import Table

from core.base.services.authentication import make_key
from core.base.services.passwords import random_password, set_password
from core.cli.installation import Installation, pass_installation
from core.errors import MissingRecord, ValidationError, Where, unknown
from core.i18n import _
from core.orm.environment import Environment

LOGIN = click.argument("login")
DEFAULT_GROUP = "base.user"


@click.group("user")
def command() -> None:
    """Users, their passwords and API keys."""


@command.command("list")
@click.option("--all", "everybody", is_flag=True, help="Also inactive users and employees without a login.")
@pass_installation
def list_users(installation: Installation, everybody: bool) -> None:
    """List the users with a login and their groups."""
    domain: list[Any] = [] if everybody else [["login", "is_set", True], ["active", "=", True]]
    table = Table("Login", "Name", "Groups", "State", box=None, pad_edge=False)
    with installation.env(readonly=True) as env:
        for user in env["core.user"].search(domain, order="login, id"):
            groups = ", ".join(sorted(str(group.key or group.label) for group in user.groups))
            table.add_row(user.login or "", user.name, groups, "" if user.active else "inactive")
    installation.out.print(table)


@command.command("add")
@LOGIN
@click.option("--name", required=True, help="Full name.")
@click.option(
    "--group", "groups", multiple=True, metavar="ID", help="Group, such as base.administrator; may be repeated."
)
@click.option("--password", help="First password; without it a random one is printed.")
@pass_installation
def add(installation: Installation, login: str, name: str, groups: tuple[str, ...], password: str | None) -> None:
    """Make a user; the first login asks for a new password."""
    first = password or random_password()
    with installation.env() as env:
        ids = [group_of(env, key).id for key in groups or (DEFAULT_GROUP,)]
        company = env.company
        values = {"login": login, "name": name, "groups": ids, "company": company.id if company else None}
        user = env["core.user"].create(values)
        set_password(env, user, first, must_change=True)
    installation.say(_("User %(login)s was made.", login=login))
    if password is None:
        installation.out.print(first, markup=False)


@command.command("password")
@LOGIN
@click.option("--password", help="The new password; without it you are asked for it.")
@click.option("--random", "is_random", is_flag=True, help="Make a random one and print it.")
@pass_installation
def password(installation: Installation, login: str, password: str | None, is_random: bool) -> None:
    """Give a user a new password and end all sessions of that user; the next login asks for another one."""
    installation.require()
    if is_random:
        new = random_password()
    else:
        new = password or click.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    with installation.env() as env:
        set_password(env, user_of(env, login), new, must_change=True)
    installation.say(_("The password of %(login)s was changed.", login=login))
    if is_random:
        installation.out.print(new, markup=False)


@command.command("key")
@LOGIN
@click.option("--name", default="tangram user key", help="What the key is for.")
@pass_installation
def key(installation: Installation, login: str, name: str) -> None:
    """Make an API key for a user and print it, and nothing else; it can't be shown again."""
    with installation.env() as env:
        made = make_key(env, user_of(env, login), name)
    click.echo(made)


def user_of(env: Environment, login: str) -> Any:
    """Return the user with a login.

    Raises:
        MissingRecord: There is none; the nearest login is proposed.
    """
    found = env["core.user"].search([["login", "=", login]], limit=1)
    if found:
        return found[0]
    logins = [row["login"] for row in env["core.user"].read([["login", "is_set", True]], ["login"], limit=1000)]
    raise unknown("user", login, logins, MissingRecord, where=Where(model="core.user"))


def group_of(env: Environment, key: str) -> Any:
    """Return the group with a key such as ``base.administrator``.

    Raises:
        ValidationError: There is none; the nearest is proposed.
    """
    found = env["core.group"].search([["key", "=", key]], limit=1)
    if found:
        return found[0]
    keys = [row["key"] for row in env["core.group"].read([["key", "is_set", True]], ["key"])]
    raise unknown("group", key, keys, ValidationError, where=Where(model="core.group"))
