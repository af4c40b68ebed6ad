"""Many2many fields that lead to each other's models show the same links (decision 0025)."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import DefinitionError
from core.orm.fields import Many2many
from core.orm.model import Model
from core.orm.registry import Registry

A, B = "test.author", "test.book"


def model(name: str, *, extends: bool = False, **fields: Any) -> type[Model]:
    return type(f"{name}.{id(fields)}", (Model,), {"__doc__": name, "_inherit" if extends else "_name": name, **fields})


def built(addons: list[tuple[str, list[type[Model]]]]) -> Registry:
    """A registry of these addons and what every registry has."""
    return Registry([("base", [model("core.user")]), *addons])


def link(registry: Registry, name: str, field: str) -> tuple[str | None, str, tuple[str, str]]:
    """What the other side is, the table and the columns."""
    found: Any = registry[name].fields[field]
    return found.inverse, found.relation_table.name, found.relation_columns


def test_two_fields_that_lead_to_each_other_share_their_links() -> None:
    registry = built([("one", [model(B, authors=Many2many(A)), model(A, books=Many2many(B))])])
    assert link(registry, A, "books") == ("authors", "test_author_books_rel", ("left_id", "right_id"))
    assert link(registry, B, "authors") == ("books", "test_author_books_rel", ("right_id", "left_id"))


def test_an_inverse_said_on_one_side_counts_for_both() -> None:
    for sides in ({"inverse": "authors"}, {}), ({}, {"inverse": "books"}):
        registry = built(
            [
                (
                    "one",
                    [
                        model(A, books=Many2many(B, **sides[0]), more=Many2many(B)),
                        model(B, authors=Many2many(A, **sides[1])),
                    ],
                )
            ]
        )
        assert link(registry, A, "books")[1] == link(registry, B, "authors")[1] == "test_author_books_rel"
        assert link(registry, A, "more") == (None, "test_author_more_rel", ("left_id", "right_id"))


def test_links_stay_in_their_table_when_a_later_addon_shows_them_from_the_other_side() -> None:
    first = ("one", [model(A), model(B, authors=Many2many(A))])
    alone = link(built([first]), B, "authors")
    both = built([first, ("two", [model(A, extends=True, books=Many2many(B))])])
    assert alone[1:] == link(both, B, "authors")[1:] == ("test_book_authors_rel", ("left_id", "right_id"))
    assert link(both, A, "books") == ("authors", "test_book_authors_rel", ("right_id", "left_id"))


def test_a_pair_stays_one_when_a_later_addon_adds_a_third_field() -> None:
    first = ("one", [model(A, books=Many2many(B)), model(B, authors=Many2many(A))])
    registry = built([first, ("two", [model(B, extends=True, editors=Many2many(A))])])
    assert link(registry, A, "books")[0] == "authors"
    assert link(registry, B, "editors") == (None, "test_book_editors_rel", ("left_id", "right_id"))


def test_fields_that_could_be_several_pairs_are_none() -> None:
    registry = built([("one", [model(A, books=Many2many(B)), model(B, authors=Many2many(A), editors=Many2many(A))])])
    assert [link(registry, *one)[0] for one in ((A, "books"), (B, "authors"), (B, "editors"))] == [None, None, None]


def test_fields_of_addons_that_do_not_know_each_other_are_no_pair() -> None:
    registry = built(
        [
            ("one", [model(A), model(B)]),
            ("two", [model(A, extends=True, books=Many2many(B))]),
            ("three", [model(B, extends=True, authors=Many2many(A))]),
        ]
    )
    assert [link(registry, *one)[0] for one in ((A, "books"), (B, "authors"))] == [None, None]


def test_a_field_with_a_table_of_its_own_is_no_pair() -> None:
    registry = built([("one", [model(A, books=Many2many(B)), model(B, authors=Many2many(A, table="writers"))])])
    assert [link(registry, *one)[0] for one in ((A, "books"), (B, "authors"))] == [None, None]


def test_a_field_that_leads_to_its_own_model_is_its_own() -> None:
    assert link(built([("one", [model(A, friends=Many2many(A))])]), A, "friends")[0] is None


def test_two_fields_can_t_be_the_other_side_of_one() -> None:
    with pytest.raises(DefinitionError, match="can't be the other side"):
        built(
            [
                (
                    "one",
                    [
                        model(A, books=Many2many(B, inverse="authors"), more=Many2many(B, inverse="authors")),
                        model(B, authors=Many2many(A)),
                    ],
                )
            ]
        )
