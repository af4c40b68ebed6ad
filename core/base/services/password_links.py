"""Forgotten passwords (CORE-06): a link by mail, good for 30 minutes and for one use.

Whatever was typed, the request does the same: it writes the login log and a background job. Only the job looks whether anybody is
meant, makes the token and mails it, so neither the answer nor the time it takes tells which accounts there are.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.base.services.first_login import must_choose_login
from core.base.services.login_log import log_login
from core.base.services.mail import can_send
from core.base.services.passwords import set_password
from core.base.services.sessions import hash_key
from core.base.services.throttle import count_recent
from core.errors import Message, ValidationError
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

VALID = dt.timedelta(minutes=30)
PERIOD = dt.timedelta(hours=1)
MOST_OF_ACCOUNT = 3
"""Links made for one account within `PERIOD`; more are not sent, without a word to who asks."""
MOST_OF_ADDRESS = 20
"""Links asked for from one address within `PERIOD`."""
JOB = "base.mail_password_links"


@dataclass(frozen=True)
class Mail:
    """A mail to be sent, in the language of its reader."""

    to: str
    subject: Message
    text: Message
    lang: str


def links_possible(env: Environment) -> bool:
    """Return whether a link can be mailed at all; if not, only an administrator helps."""
    return can_send(env)


def ask_for_link(
    env: Environment, typed: str, base_url: str, *, address: str | None = None, agent: str | None = None
) -> bool:
    """Note that somebody wants a link, and have it mailed in the background.

    Args:
        env: An environment of the system.
        typed: Login name or mail address as typed.
        base_url: Address that the link begins with, such as ``https://crm.example.com``; one that we stand for.
        address: Network address of the client.
        agent: What the browser calls itself.

    Returns:
        False if too many links were asked for from there, which is all that is refused.
    """
    wanted = "".join(char for char in typed.strip() if char.isprintable())[:255]
    if address is not None and count_recent(env, "link", address, PERIOD) >= MOST_OF_ADDRESS:
        return False
    log_login(env, wanted, None, kind="link", address=address, agent=agent)
    env.defer(JOB, wanted=wanted, base_url=base_url)
    return True


def make_links(env: Environment, wanted: str, base_url: str) -> list[Mail]:
    """Make a link for each active user with this login name or mail address, and return the mails that bring them."""
    users, links = env.registry["core.user"].table, env.registry["core.password_link"].table
    rows = env.connection.execute(
        sa.select(users.c.id, users.c.mail, users.c.name, users.c.login, users.c.language)
        .where(
            users.c.active,
            users.c.login.is_not(None),
            users.c.mail.is_not(None),
            sa.or_(users.c.login == wanted, sa.func.lower(users.c.mail) == wanted.lower()),
        )
        .order_by(users.c.id)
        .limit(5)
    ).all()
    mails = []
    for row in rows:
        since = env.now() - PERIOD
        recent = sa.select(sa.func.count()).where(links.c.user_id == row.id, links.c.created_at > since)
        if int(env.connection.scalar(recent) or 0) >= MOST_OF_ACCOUNT:
            continue
        token = secrets.token_urlsafe(32)
        env.connection.execute(
            sa.insert(links).values(
                user_id=row.id,
                token_hash=hash_key(token),
                expires_at=env.now() + VALID,
                created_at=env.now(),
                created_by_id=env.uid,
                version=1,
            )
        )
        mails.append(_mail(row, f"{base_url}/reset?token={token}", env.default_lang))
    return mails


def link_holds(env: Environment, token: str) -> bool:
    """Return whether a link can still be used; looking does not use it up."""
    return _user_of(env, token) is not None


def use_link(env: Environment, token: str, password: str, *, address: str | None = None) -> bool:
    """Give the user of a link a new password, and end all their sessions and links.

    Returns:
        False if the link was used, is too old or never was.

    Raises:
        ValidationError: The password breaks a rule; the link can be used again.
    """
    user_id = _user_of(env, token)
    if user_id is None:
        return False
    user = env.browse("core.user", user_id)
    # The administrator of the installation still has to choose a login name.
    set_password(env, user, password, must_change=bool(user.must_change_password) and must_choose_login(env, user))
    links = env.registry["core.password_link"].table
    used = env.connection.execute(
        sa.update(links)
        .where(links.c.token_hash == hash_key(token), links.c.used_at.is_(None))
        .values(used_at=env.now())
        .returning(links.c.id)
    ).first()
    if used is None:
        # Somebody used it in this very moment; raising undoes the new password.
        raise ValidationError(_("This link was used already."), code="account.link")
    env.connection.execute(
        sa.update(links).where(links.c.user_id == user_id, links.c.used_at.is_(None)).values(used_at=env.now())
    )
    log_login(env, user.login, user_id, kind="reset", address=address)
    return True


def _user_of(env: Environment, token: str) -> int | None:
    links, users = env.registry["core.password_link"].table, env.registry["core.user"].table
    statement = (
        sa.select(links.c.user_id)
        .join(users, users.c.id == links.c.user_id)
        .where(
            links.c.token_hash == hash_key(token),
            links.c.used_at.is_(None),
            links.c.expires_at > env.now(),
            users.c.active,
            users.c.login.is_not(None),
        )
    )
    found: int | None = env.connection.scalar(statement)
    return found


def _mail(row: Any, link: str, default_lang: str) -> Mail:
    return Mail(
        row.mail,
        _("Choose a new password"),
        _(
            "Hello %(name)s,\n\nsomebody, probably you, asked for a new password for the user name %(login)s. "
            "This link lets you choose one. It is good for %(minutes)s minutes and can be used once:\n\n%(link)s\n\n"
            "If it was not you, do nothing: your password stays as it is.",
            name=row.name,
            login=row.login,
            minutes=int(VALID.total_seconds() // 60),
            link=link,
        ),
        row.language or default_lang,
    )
