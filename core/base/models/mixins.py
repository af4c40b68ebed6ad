"""Mixins for models of every addon: an owner, a company, an active mark; a document has the first two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.orm import fields
from core.orm.model import Model

if TYPE_CHECKING:
    from core.orm.environment import Environment


def current_user(env: Environment) -> Any:
    """Return who is acting; the default of an owner. None for the system, which owns nothing."""
    return None if env.uid == 1 else env.user


def current_department(env: Environment) -> Any:
    """Return the department of who is acting, or None."""
    return None if env.uid == 1 else env.user.department


def current_company(env: Environment) -> Any:
    """Return the company in which the user acts, or None."""
    return env.company


class Active(Model):
    """Records that are retired instead of deleted (D16)."""

    _name = "core.active"
    _abstract = True

    active = fields.Boolean(default=True, index=True, track=True)


class Owned(Model):
    """Records with a responsible person (CORE-32); position hierarchy, teams and data authorisation work by ``owner``.

    ``department`` is the owner's department when the record was made or reassigned.
    """

    _name = "core.owned"
    _abstract = True

    owner = fields.Many2one("core.user", default=current_user, ondelete="restrict", index=True, track=True)
    department = fields.Many2one("core.department", default=current_department, ondelete="restrict", index=True)


class CompanyOwned(Model):
    """Records that belong to one company or branch (CORE-12)."""

    _name = "core.company_owned"
    _abstract = True

    company = fields.Many2one("core.company", default=current_company, ondelete="restrict", index=True)


class Document(Model):
    """Business documents such as orders: somebody is responsible for them, and they belong to one company."""

    _name = "core.document"
    _inherit = ["core.owned", "core.company_owned"]
    _abstract = True
