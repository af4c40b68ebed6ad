"""An installation with the enabled CRM addons, one person for each declared group, and a record of every model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

import addons
import core.base
from core.app import Application
from core.base.services.authentication import make_key
from core.config.settings import Settings
from core.orm.environment import Environment

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo

ADDONS = ("crm_base", "crm_product", "crm_sales", "crm_loyalty")
FOLDERS = (Path(core.base.__file__).parent, *(Path(addons.__file__).parent / name for name in ADDONS))
"""Folders of base and the addons, in the order of their dependencies."""
LETTERS = {"c": "create", "r": "read", "u": "update", "d": "delete", "x": "export", "p": "print", "i": "import"}
ADMINISTRATOR, NOBODY, EMPLOYEE = "base.administrator", "base.nobody", "base.user"


OTHER = "somebody_else"
"""Login of an employee whose records the others do not own."""
ROW_OPERATIONS = ("create", "read", "update", "delete")


class Declared:
    """What ``security/*.yaml`` says, read here anew so that nothing under test judges itself.

    Only what the addons of this repository use is understood: letters, groups that imply groups, rules whose domain is either empty or met
    by what is one's own, and parents that are followed.
    """

    def __init__(self) -> None:
        self.groups: dict[str, list[str]] = {}
        """Group → those it implies."""
        self.access: dict[str, dict[str, set[str]]] = {}
        """Model → group → operations."""
        self.rules: list[dict[str, Any]] = []
        self.follow: dict[str, str] = {}
        """Model → its Many2one to the parent."""
        self.fields: dict[str, dict[str, list[str]]] = {}
        """``model.field`` → ``read`` or ``update`` → groups."""
        for folder in FOLDERS:
            for file in sorted((folder / "security").glob("*.yaml")):
                self._take(yaml.safe_load(file.read_text(encoding="utf-8")))

    def _take(self, document: dict[str, Any]) -> None:
        for group in document.get("groups", []):
            self.groups.setdefault(group["id"], []).extend(group.get("implies", []))
        for model, rights in document.get("access", {}).items():
            for group, letters in rights.items():
                found = self.access.setdefault(model, {}).setdefault(group, set())
                found |= {LETTERS[letter] for letter in letters if letter in LETTERS}
        self.rules += document.get("rules", [])
        self.follow |= document.get("follow", {})
        self.fields |= document.get("fields", {})

    def roles(self) -> list[str]:
        """Return every group that people are members of."""
        return [group for group in self.groups if group != NOBODY]

    def held(self, role: str) -> set[str]:
        """Return a group and all it implies."""
        found: set[str] = set()
        waiting = [role]
        while waiting:
            group = waiting.pop()
            if group not in found:
                found.add(group)
                waiting += self.groups[group]
        return found

    def may(self, role: str, model: str, operation: str) -> bool:
        """Whether members of a group may do something with a model."""
        if role == ADMINISTRATOR:
            return True
        rights = self.access.get(model, {})
        return any(operation in rights.get(group, ()) for group in self.held(role))

    def sees(self, role: str, model: str) -> bool:
        """Whether members of a group may know of a model."""
        return any(self.may(role, model, operation) for operation in ROW_OPERATIONS)

    def is_fixed(self, model: str, operation: str) -> bool:
        """Whether a rule without groups keeps everybody from doing something with records of a model."""
        return any(
            rule["model"] == model
            and "groups" not in rule
            and rule["domain"] == [["id", "in", []]]
            and operation in rule.get("operations", ROW_OPERATIONS)
            for rule in self.rules
        )

    def reaches(self, role: str, info: ModelInfo, models: Mapping[str, ModelInfo], operation: str) -> bool:
        """Whether members of a group reach a record that is somebody else's, as far as rules say."""
        if role == ADMINISTRATOR:
            return True
        rules = [
            rule
            for rule in self.rules
            if rule["model"] == info.name and operation in rule.get("operations", ROW_OPERATIONS)
        ]
        held = self.held(role)
        if any(rule["domain"] == [] and held & set(rule.get("groups", ())) for rule in rules):
            return True
        parent = self.follow.get(info.name)
        if parent is not None:
            if not info.fields[parent].required:
                # The records of the walk have no parent that they need not have.
                return False
            target = models[info.fields[parent].comodel]  # type: ignore[attr-defined]  # a Many2one
            return self.reaches(role, target, models, "read" if operation == "read" else "update")
        return not rules and "owner" not in info.fields

    def hides(self, role: str, model: str, field: str, operation: str) -> bool:
        """Whether members of a group are shut out from a field."""
        limits = self.fields.get(f"{model}.{field}", {})
        kinds = ("read",) if operation == "read" else ("read", "update")
        held = {*self.groups, EMPLOYEE} - {NOBODY} if role == ADMINISTRATOR else self.held(role)
        return any(kind in limits and not held & set(limits[kind]) for kind in kinds)


def login_of(role: str) -> str:
    """Return the login of the person who is in one group only."""
    return role.replace(".", "_")


def make_crm(
    url: str, folder: Path, declared: Declared, make: Callable[[Settings], Application] = Application
) -> Application:
    """Install base and the addons with a person for each group."""

    def people(env: Environment) -> None:
        groups = {group.key: group for group in env["core.group"].search()}
        for login, role in [*((login_of(role), role) for role in declared.roles()), (OTHER, EMPLOYEE)]:
            env["core.user"].create({"name": login, "login": login, "language": "en", "groups": [groups[role]]})

    settings = Settings(root=folder, data_dir=folder / "var", database_url=url, language="en", timezone="UTC")
    app = make(settings)
    app.lifecycle().install(list(ADDONS), prepare=people)
    return app


def key_of(app: Application, role: str) -> str:
    """Return a new API key of the person in a group."""

    def make(env: Environment) -> str:
        key: str = make_key(env, env["core.user"].search([["login", "=", login_of(role)]])[0], "walk")
        return key

    return app.run(make)
