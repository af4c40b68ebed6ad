"""A small registry without a database, and an environment that only knows the time."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from core.orm import fields
from core.orm.model import Model
from core.orm.registry import Registry


class User(Model):
    """Somebody."""

    _name = "core.user"
    name = fields.Char()


class Place(Model):
    """A place in a tree."""

    _name = "test.place"
    name = fields.Char()
    parent = fields.Many2one("test.place")


class Thing(Model):
    """One field of most kinds."""

    _name = "test.thing"
    name = fields.Char(required=True, size=10)
    text = fields.Text()
    state = fields.Selection({"draft": "Draft", "done": "Done"})
    active = fields.Boolean()
    count = fields.Integer(min=0)
    rate = fields.Float()
    amount = fields.Money(min=0)
    day = fields.Date()
    time = fields.Datetime()
    data = fields.Json()
    subject = fields.Reference(models=["test.place"])
    place = fields.Many2one("test.place")
    owner = fields.Many2one("core.user")
    places = fields.Many2many("test.place")
    parts = fields.One2many("test.thing", "whole")
    whole = fields.Many2one("test.thing")
    place_name = fields.Char(related="place.name")
    doubled = fields.Integer(compute="_compute_doubled")

    def _compute_doubled(self):
        self.doubled = (self.count or 0) * 2


class Nameless(Model):
    """No field names it."""

    _name = "test.nameless"
    thing = fields.Many2one("test.thing")


@pytest.fixture(scope="session")
def registry():
    return Registry([("test", [User, Place, Thing, Nameless])])


@pytest.fixture
def info(registry):
    return registry["test.thing"]


@pytest.fixture
def env(registry):
    # A Tuesday in UTC, already Wednesday in Shanghai.
    now = datetime.datetime(2026, 3, 31, 20, 30, tzinfo=datetime.UTC)
    zone = ZoneInfo("Asia/Shanghai")
    return SimpleNamespace(
        registry=registry,
        now=lambda: now,
        today=lambda: now.astimezone(zone).date(),
        timezone=zone,
        lang="en",
        default_lang="en",
    )
