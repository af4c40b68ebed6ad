"""A small organisation with a guarded registry, for the tests of access: base models, three test models, rights by text."""

from __future__ import annotations

import datetime
import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

import core.base.models
from core.access import install, read_security, sync_groups
from core.orm import bookkeeping, fields
from core.orm.database import Database
from core.orm.model import Model
from core.orm.registry import Registry

TODAY = datetime.date(2026, 11, 22)


class Customer(Model):
    _name = "test.customer"
    name = fields.Char(required=True)
    region = fields.Char()
    owner = fields.Many2one("core.user")
    company = fields.Many2one("core.company")
    team = fields.Many2one("core.team")
    amount = fields.Integer(default=0)
    secret = fields.Char(groups=["test.manager"])


class Contact(Model):
    _name = "test.contact"
    name = fields.Char(required=True)
    customer = fields.Many2one("test.customer", ondelete="cascade")


class Note(Model):
    _name = "test.note"
    name = fields.Char(required=True)
    public = fields.Boolean(default=False)
    customer = fields.Many2one("test.customer")


MODELS = [Customer, Contact, Note]

SECURITY = """
groups:
  - {id: test.clerk, label: Clerk, implies: [base.user]}
  - {id: test.seller, label: Seller, implies: [test.clerk]}
  - {id: test.manager, label: Manager, implies: [test.seller]}
  - {id: test.finance, label: Finance}
access:
  test.customer: {test.seller: crux, test.manager: crudxp, test.finance: r}
  test.contact: {test.seller: cru, test.finance: r}
  test.note: {test.clerk: r, test.manager: crud}
rules:
  - {id: test.finance_all, model: test.customer, groups: [test.finance], operations: [read], domain: []}
  - {id: test.amount_limit, model: test.customer, domain: [["amount", "<", 1000000]]}
  - {id: test.region_north, model: test.customer, groups: [test.manager], domain: [["region", "=", "north"]]}
  - {id: test.note_public, model: test.note, groups: [test.clerk], operations: [read], domain: [["public", "=", true]]}
  - id: test.note_of_own
    model: test.note
    groups: [test.seller]
    domain: [["customer.owner", "=", "{{ user }}"]]
  - id: test.note_of_department
    model: test.note
    groups: [test.seller]
    domain: [["customer.owner.department", "=", "{{ user.department }}"]]
fields:
  test.customer.region: {update: [test.manager, test.set_region]}
special:
  - {id: test.set_region, label: Set the region}
  - {id: test.see_cost, label: See cost, groups: [test.finance]}
  - {id: base.all_companies, label: Work in every company}
follow:
  test.contact: customer
"""

BASE = """
groups:
  - {id: base.user, label: Employee}
  - {id: base.administrator, label: Administrator, implies: [base.user]}
  - {id: base.nobody, label: Nobody}
access:
  core.user: {base.user: r}
"""


def base_models() -> list[type[Model]]:
    """All definitions of the base addon."""
    found: dict[type[Model], None] = {}
    for module in pkgutil.iter_modules(core.base.models.__path__):
        loaded = importlib.import_module(f"core.base.models.{module.name}")
        for item in vars(loaded).values():
            if isinstance(item, type) and issubclass(item, Model) and item.__module__ == loaded.__name__:
                found[item] = None
    return list(found)


def make_registry(security: str = SECURITY, base: str = BASE) -> Registry:
    """A registry with the base addon and the test models, guarded by the rights in two texts."""
    registry = Registry([("base", base_models()), ("test", MODELS)], sequence=1)
    nowhere = Path("/nowhere")
    install(
        registry,
        [
            *read_security("base", nowhere, [yaml.safe_load(base)]),
            *read_security("test", nowhere, [yaml.safe_load(security)]),
        ],
    )
    return registry


class World:
    """A database with the registry's tables and groups."""

    def __init__(self, url: str, registry: Registry) -> None:
        self.registry = registry
        self.clock = datetime.datetime.combine(TODAY, datetime.time(10), datetime.UTC)
        self.database = Database("test", url, lambda database, connection: registry, clock=lambda: self.clock)
        with self.database.engine.begin() as connection:
            bookkeeping.ensure(connection)
            registry.metadata.create_all(connection)
        with self.database.transaction() as env:
            env.connection.execute(
                registry["core.user"].table.insert(),
                [{"name": "System", "active": True, "must_change_password": False, "version": 1}],
            )
            sync_groups(env, registry.guard.declarations)  # type: ignore[attr-defined]

    @contextmanager
    def env(self, uid: int = 1) -> Iterator[Any]:
        """A transaction that is rolled back."""

        class Undo(Exception):
            pass

        try:
            with self.database.transaction(uid) as env:
                yield env
                env.flush()
                raise Undo
        except Undo:
            pass


class Maker:
    """Makes records of the organisation in an environment of the system."""

    def __init__(self, env: Any) -> None:
        self.env = env
        self.count = 100

    def user(self, *groups: str, **values: Any) -> Any:
        """A user with groups by key."""
        self.count += 1
        name = values.pop("name", f"U{self.count}")
        rows = [self.group(key) for key in groups]
        return self.env["core.user"].create({"name": name, "login": name.lower(), "groups": rows, **values})

    def group(self, key: str) -> Any:
        """The record of a group."""
        return self.env["core.group"].search([["key", "=", key]])[0]

    def position(self, name: str = "P", parent: Any = None) -> Any:
        """A position."""
        return self.env["core.position"].create({"name": name, "parent": parent})

    def department(self, name: str = "D", parent: Any = None) -> Any:
        """A department."""
        return self.env["core.department"].create({"name": name, "parent": parent})

    def company(self, name: str = "C", parent: Any = None) -> Any:
        """A company."""
        return self.env["core.company"].create({"name": name, "parent": parent})

    def customer(self, owner: Any = None, **values: Any) -> Any:
        """A customer."""
        return self.env["test.customer"].create({"name": "X", "owner": owner, **values})
