"""The installation that browser tests visit: the CRM addons, people in both languages, some records, served by waitress in a thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.app import Application, resolve_login
from core.base.services.passwords import hash_password
from core.config.settings import Settings
from core.orm.environment import Environment
from core.testing.factories import make
from core.web.identity import session_cookie
from tests.browser.serving import Serving

ADDONS = (
    "crm_base",
    "crm_sales",
    "crm_loyalty",
    "base_discuss",
    "base_exchange",
    "base_print",
    "base_report",
    "browser_visits",
)
SAMPLES = Path(__file__).parent / "sample_addons"
LANGUAGES = ("zh_CN", "en")
PASSWORD = "correct horse"
PEOPLE = {"boss": ("王管理", "base.administrator"), "seller": ("李销售", "crm_base.salesperson")}
"""Login without the language → name and group; ``boss`` in English is ``boss.en``."""


class Site:
    """A running server with its database."""

    def __init__(self, url: str, folder: Path) -> None:
        """Install everything and start to serve."""
        settings = Settings(
            root=folder, data_dir=folder / "var", database_url=url, language="zh_CN", addons_path=(SAMPLES,)
        )
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        self.app = Application(settings)
        self.app.lifecycle().install(list(ADDONS), prepare=_people)
        self.app.run(_records)
        self._serving = Serving(self.app)
        self._keys: dict[str, str] = {}

    @property
    def address(self) -> str:
        """Where it is served, without a slash at the end."""
        return self._serving.address

    def run(self, function: Callable[[Environment], Any]) -> Any:
        """Run a function in one transaction of the system, as to make records of a test's own; return what it returns."""
        return self.app.run(function)

    def cookie(self, login: str) -> dict[str, str]:
        """Return the cookie of a session of a user, which is opened once."""
        if login not in self._keys:
            self._keys[login] = self.app.run(
                lambda env: self.app.accounts.start_session(env, resolve_login(env, login), agent="browser test")
            )
        return {"name": session_cookie(secure=False), "value": self._keys[login], "url": self.address}

    def close(self) -> None:
        """Stop the server and let go of the database."""
        self._serving.close()


def _people(env: Environment) -> None:
    groups = {group.key: group for group in env["core.group"].search()}
    hashed = hash_password(PASSWORD)
    for login, (name, group) in PEOPLE.items():
        for language in LANGUAGES:
            env["core.user"].create(
                {
                    "name": name if language == "zh_CN" else login.title(),
                    "login": f"{login}.{language}",
                    "password_hash": hashed,
                    "language": language,
                    "groups": [groups[group]],
                }
            )


def _records(env: Environment) -> None:
    owner = env["core.user"].search([["login", "=", "seller.zh_CN"]])[0]
    for number in range(1, 13):
        customer = make(env, "crm.customer", name=f"苏州精密机械{number:02}有限公司", owner=owner)
        make(env, "crm.contact", customer=customer, name=f"联系人 {number}")
        if number % 3 == 0:
            make(env, "crm.order", customer=customer)
            make(env, "crm.opportunity", customer=customer, owner=owner, name=f"商机 {number}", amount=1000 * number)
    make(env, "crm.product", name="液压泵")
    make(env, "crm.lead", name="展会名片", company_name="苏州精密机械", owner=owner)
    env["crm.quota"].create({"owner": owner, "amount": 100000})
    env["crm.target"].create({"owner": owner, "value": 50000})
    env["crm.sales.plan"].create({"name": "年度计划", "amount": 120000})
