"""Links between records seen from both sides outlive the addon that shows the other side (decision 0025)."""

from __future__ import annotations

from typing import Any

from .world import World

BOOKS = {
    "models/book.py": '''
        """Books."""

        from core.api import Model, fields


        class Author(Model):
            """Who writes."""

            _name = "tbooks.author"

            name = fields.Char()


        class Book(Model):
            """What is written."""

            _name = "tbooks.book"

            name = fields.Char()
            authors = fields.Many2many("tbooks.author")
    ''',
}
SHELF = {
    "models/author.py": '''
        """Authors."""

        from core.api import Model, depends, fields


        class Author(Model):
            """Shows the books."""

            _inherit = "tbooks.author"

            books = fields.Many2many("tbooks.book")
            count = fields.Integer(compute="_compute_count", store=True)

            @depends("books")
            def _compute_count(self):
                self.count = len(self.books)
    ''',
}


def names(records: Any) -> list[str]:
    return sorted(record.name for record in records)


def test_links_are_seen_and_changed_from_both_sides_and_outlive_either_view(world: World) -> None:
    world.addon("tbooks", BOOKS)
    world.addon("tshelf", SHELF, depends="tbooks")
    world.lifecycle.enable(["tbooks"])
    with world.database.transaction() as env:
        ann, bob = env["tbooks.author"].create([{"name": "Ann"}, {"name": "Bob"}])
        env["tbooks.book"].create({"name": "Sea", "authors": [ann, bob]})

    world.lifecycle.enable(["tshelf"])

    with world.database.transaction() as env:
        ann, bob = env["tbooks.author"].search(order="name")
        assert names(ann.books) == names(bob.books) == ["Sea"]
        assert (ann.count, bob.count) == (1, 1)
        bob.update(books=[{"name": "Sky"}])
        assert names(env["tbooks.book"].search([["authors", "=", bob.id]])) == ["Sky"]
        assert names(env["tbooks.author"].search([["books.name", "=", "Sea"]])) == ["Ann"]
        env["tbooks.book"].search([["name", "=", "Sky"]])[0].update(authors=[ann, bob])
        assert (ann.count, bob.count, names(ann.books)) == (2, 1, ["Sea", "Sky"])

    world.lifecycle.disable(["tshelf"])
    world.lifecycle.enable(["tshelf"])
    world.lifecycle.remove(["tshelf"])

    with world.database.transaction() as env:
        found = {book.name: names(book.authors) for book in env["tbooks.book"].search()}
    assert found == {"Sea": ["Ann"], "Sky": ["Ann", "Bob"]}
    world.lifecycle.remove(["tbooks"])
    assert not [name for name in world.tables() if name.startswith("tbooks")]
