"""Numbering rules and dictionaries that fields name: made with the addon where it ships none, taken over once it does."""

from __future__ import annotations

from .world import World

TICKETS = {
    "models/ticket.py": '''
    """Tickets."""

    from core.api import Model, fields


    class Ticket(Model):
        """A ticket."""

        _name = "ttickets.ticket"
        _label = "Ticket"
        _inherit = ["core.document"]

        number = fields.Sequence("ttickets.ticket")
        colour = fields.Lookup("ttickets_colour")
'''
}
SHIPPED = {
    "data/numbering.yaml": """
    core.numbering:
      - {id: ttickets.numbering, code: ttickets.ticket, label: Tickets, pattern: "T{3}"}
    core.dictionary:
      - {id: ttickets.colours, code: ttickets_colour, name: Colour}
    core.dictionary.item:
      - {id: ttickets.red, dictionary: ttickets.colours, key: red, name: Red}
"""
}


def test_sequence_and_lookup_work_without_data_files(world: World) -> None:
    world.addon("ttickets", TICKETS)
    world.lifecycle.enable(["ttickets"])
    with world.database.transaction() as env:
        assert env["ttickets.ticket"].create([{}, {}]).mapped("number") == ["00001", "00002"]
        dictionary = env["core.dictionary"].search([["code", "=", "ttickets_colour"]])[0]
        assert (dictionary.name, dictionary.addon) == ("Colour", "ttickets")
        dictionary.update(items=[{"key": "blue", "name": "Blue"}])
        assert env["ttickets.ticket"].create({"colour": "blue"}).colour.name == "Blue"


def test_rule_shipped_later_takes_over_the_one_made_along(world: World) -> None:
    world.addon("ttickets", TICKETS)
    world.lifecycle.enable(["ttickets"])
    with world.database.transaction() as env:
        env["core.numbering"].search([["code", "=", "ttickets.ticket"]])[0].update(pattern="A{2}")
        env["ttickets.ticket"].create({})
    world.addon("ttickets", {**TICKETS, **SHIPPED}, version="1.1.0")
    world.lifecycle.upgrade(["ttickets"])
    with world.database.transaction() as env:
        rule = env.ref("ttickets.numbering")
        assert (rule.code, rule.pattern) == ("ttickets.ticket", "A{2}")  # what a person wrote stays
        assert env["ttickets.ticket"].create({"colour": env.ref("ttickets.red")}).number == "A02"
        assert env["core.dictionary"].count([["code", "=", "ttickets_colour"]]) == 1


def test_plan_names_the_addon_of_each_table_and_column(world: World) -> None:
    plan = world.lifecycle.plan("enable", ["tpoints"])
    assert {step.addon for step in plan.of_kind("table", "column")} == {"tpoints"}
