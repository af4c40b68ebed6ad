"""The steps of the set-up checklist, done or not as the data say (layer base; CORE-02)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.access.declarations import ADMINISTRATOR
from core.i18n import _

if TYPE_CHECKING:
    from core.errors import Message
    from core.orm.environment import Environment

_PROFILE = ("address", "phone", "bank_name", "bank_account", "currency")
"""What makes an organisation's profile complete enough to print documents."""
_OF_ADDONS = (
    ("crm.product.category", _("Product categories"), _("Group what you sell; reports and prices follow the groups.")),
    ("crm.product", _("Products"), _("What you sell, with unit and price; they can be imported.")),
)


@dataclass(frozen=True)
class SetupStep:
    """One step."""

    title: Message
    text: Message
    url: str
    is_done: bool


def setup_steps(env: Environment) -> list[SetupStep]:
    """Return the steps in order; those of addons that are not enabled are absent. One statement or two for each."""
    administrators = env["core.user"].search([["groups.key", "=", ADMINISTRATOR], ["active", "=", True]], limit=2)
    chosen = any(user.login and not user.must_change_password for user in administrators)
    company: Any = next(iter(env["core.company"].search([["active", "=", True]], limit=1)), None)
    profile = company is not None and all(getattr(company, name) for name in _PROFILE)
    company_url = "/records/core.company" if company is None else f"/records/core.company/{company.id}/edit"
    people = env["core.user"].count([["active", "=", True], ["login", "is_set", True], ["position", "is_set", True]])
    steps = [
        SetupStep(
            _("Administrator account"),
            _("A user name and password of your own choice."),
            "/password",
            chosen,
        ),
        SetupStep(
            _("Organisation profile"),
            _("Address, phone, bank details and base currency, as documents print them."),
            company_url,
            profile,
        ),
        SetupStep(
            _("Departments"),
            _("The tree in which people work; rights follow it."),
            "/tree/core.department",
            env["core.department"].count([]) > 0,
        ),
        SetupStep(
            _("Positions"),
            _("Superior positions see and change what those below them own."),
            "/tree/core.position",
            env["core.position"].count([]) > 0,
        ),
        SetupStep(
            _("Employees"),
            _("Accounts with position and roles; several get one position at once."),
            "/records/core.user?menu=base.menu_users",
            people > 0,
        ),
        SetupStep(
            _("Sharing modes"),
            _("For each object: private, public read, or public read and write."),
            "/records/core.sharing_mode?menu=base.menu_sharing_modes",
            env["core.sharing_mode"].count([]) > 0,
        ),
    ]
    for model, title, text in _OF_ADDONS:
        if model in env.registry.models:
            steps.append(SetupStep(title, text, f"/records/{model}", env[model].count([]) > 0))
    return steps
