"""Which mail account a mail leaves by, and its password, which is kept sealed."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from addons.base_mail.services.transport import Transport
from core.api import AccessDenied, Environment, ValidationError, _, seal, unseal

PURPOSE = "base_mail.account"
MODEL = "base.mail.account"


def set_password(env: Environment, account: Any, password: str | None) -> None:
    """Give an account a password; None or empty takes it away.

    Raises:
        AccessDenied: The user may not change the account.
        ValidationError: It has characters that no server takes.
    """
    if not env.may(account, "update"):
        raise AccessDenied(_("You may not change this mail account."))
    if password and any(not char.isprintable() for char in password):
        raise ValidationError(_("A password has no control characters."), field="password")
    with env.elevated(reason=f"password of mail account {account.id}"):
        account.update(secret=seal(env.settings, password, PURPOSE) if password else None)


def account_for(env: Environment, user: Any = None) -> Any:
    """Return the account by which a mail of a user leaves, or None: the own one, that of the company, that of all.

    Args:
        env: An environment of the system, or an elevated one.
        user: Who sends; None for the system, which has no own account.
    """
    owners: list[Any] = [["user", "is_not_set", True]]
    companies: list[Any] = [["company", "is_not_set", True]]
    if user is not None:
        owners.append(["user", "=", user.id])
    company = user.company if user is not None else env.company
    if company is not None:
        companies.append(["company", "=", company.id])
    domain = [["active", "=", True], {"any": owners}, {"any": companies}]
    found = env[MODEL].search(domain)
    # Sorting is stable: among equals the order of the list counts.
    best = sorted(found, key=lambda account: (account.user is None, account.company is None))
    return best[0] if best else None


def has_account(env: Environment) -> bool:
    """Return whether mails of the system go by an account; asked without rights."""
    table = env.registry[MODEL].table
    statement = table.select().where(table.c.active, table.c.user_id.is_(None)).limit(1)
    return env.connection.execute(statement).first() is not None


def transport_of(env: Environment, account: Any) -> Transport:
    """Return how to reach the server of an account.

    Raises:
        CoreError: The password was sealed with another key.
    """
    password = unseal(env.settings, account.secret, PURPOSE) if account.secret else None
    return Transport(account.host, account.port, account.security, account.login, password)


def transport_of_settings(env: Environment) -> Transport | None:
    """Return the server that the setting ``mail_url`` names, for where there is no account; None if it names none."""
    url = urlsplit(env.settings.mail_url)
    if url.scheme == "file" and url.path:
        return Transport("", 0, "none", folder=Path(unquote(url.path)))
    if url.scheme in ("smtp", "smtps") and url.hostname:
        security, port = ("tls", 465) if url.scheme == "smtps" else ("offered", 25)
        login = unquote(url.username) if url.username else None
        return Transport(url.hostname, url.port or port, security, login, unquote(url.password or "") or None)
    return None
