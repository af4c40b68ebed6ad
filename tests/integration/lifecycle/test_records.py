"""Loading records by external id: order, references, expressions, translations, CSV, nothing the second time, all faults at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from core.data.loader import LoadReport, load_records
from core.data.schema import read_folder
from core.errors import DataError
from core.i18n import Translator

from .world import World


@pytest.fixture
def engine() -> str:
    """One kind of database is enough for what the loader decides; lifecycle tests load on both."""
    return "sqlite"


def load(world: World, files: dict[str, str], *, texts: Any = None, complete: bool = False) -> LoadReport:
    path = world.addon("tdata", files, depends="tcrm")
    with world.database.transaction() as env:
        specs = read_folder(world.discover()["tdata"], "data", env.registry.models)
        report = load_records(env, "tdata", specs, Translator(texts or {}), complete=complete)
    for file in files:
        (path / file).unlink()
    return report


def faults(world: World, content: str, name: str = "data/x.yaml") -> list[str]:
    with pytest.raises(DataError) as caught:
        load(world, {name: content})
    found = caught.value.faults or [caught.value]
    return [f"{fault.where.line}: {fault.message} {fault.hint or ''}".strip() for fault in found]


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(world.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(world.database.engine, "before_cursor_execute", note)


ALL = """
    records:
      - {id: third, model: tcrm.level, values: {name: Third, parent: second}}
      - id: second
        model: tcrm.level
        name: Second
        discount: "{{ 1 + 1 }}"
        parent: {ref: tcrm.level_a}
      - {id: buyer, model: tcrm.customer, name: "Buyer of {{ ref('tcrm.level_a').name }}", level: third,
         orders: [{amount: 3}, {amount: 4.5}]}
    tcrm.customer:
      - {id: tdata.plain, name: {raw: "{{ kept }}"}, noupdate: true}
      - {id: shop, name: Shop, orders: [{id: order_one, amount: 1}, {id: order_two, amount: 2}]}
"""


def test_records_load_in_the_order_of_their_references(world: World) -> None:
    report = load(world, {"data/all.yaml": ALL})
    assert len(report.created) == 7
    with world.database.transaction() as env:
        buyer = env.ref("tdata.buyer")
        assert (buyer.name, buyer.level.parent.name, buyer.total) == ("Buyer of 贵宾", "Second", 7.5)
        assert buyer.level.parent.parent is env.ref("tcrm.level_a")
        assert buyer.level.parent.discount == 2
        assert env.ref("tdata.plain").name == "{{ kept }}"
        assert env.ref("tdata.order_two").customer is env.ref("tdata.shop")
        assert env.ref("tdata.shop").total == 3


def test_the_second_time_is_one_statement(world: World) -> None:
    load(world, {"data/all.yaml": ALL})
    world.addon("tdata", {"data/all.yaml": ALL}, depends="tcrm")
    with world.database.transaction() as env:
        specs = read_folder(world.discover()["tdata"], "data", env.registry.models)
        with statements(world) as seen:
            report = load_records(env, "tdata", specs, Translator({}))
            env.flush()
    assert (report.created, report.updated, report.unchanged) == ([], [], 7)
    assert len(seen) == 1


def test_many_plain_records_are_inserted_together(world: World) -> None:
    lines = "".join(f"o{number},tdata.c\n" for number in range(300))
    files = {"data/a.yaml": "tcrm.customer:\n  - {id: c, name: C}\n", "data/tcrm.order.csv": f"id,customer\n{lines}"}
    with statements(world) as seen:
        report = load(world, files)
    assert len(report.created) == 301
    assert len([text for text in seen if text.startswith("INSERT INTO tcrm_order")]) <= 300


def test_csv_values_are_read_as_their_fields_demand(world: World) -> None:
    load(world, {"data/tcrm.customer.csv": "id,name,level,state\none,一号,tcrm.level_a,won\ntwo,二号,,\n"})
    with world.database.transaction() as env:
        one, two = env.ref("tdata.one"), env.ref("tdata.two")
        assert (one.name, one.level.id, one.state, two.level, two.state) == ("一号", 1, "won", None, "lead")


def test_a_circle_over_an_optional_reference_is_closed_afterwards(world: World) -> None:
    content = "tcrm.level:\n  - {id: a, name: A, successor: b}\n  - {id: b, name: B, successor: a}\n"
    load(world, {"data/x.yaml": content})
    with world.database.transaction() as env:
        a, b = env.ref("tdata.a"), env.ref("tdata.b")
        assert (a.successor, b.successor) == (b, a)
    assert load(world, {"data/x.yaml": content}).unchanged == 2


def test_a_loop_in_a_tree_is_refused_at_its_line(world: World) -> None:
    found = faults(world, "tcrm.level:\n  - {id: a, name: A, parent: b}\n  - {id: b, name: B, parent: a}\n")
    assert "can't stand below itself" in found[0]
    assert found[0].startswith(("2:", "3:"))


def test_translations_fill_all_languages(world: World) -> None:
    texts = {"zh_CN": {"Gold": "黄金"}, "de": {"Gold": "Gold auf Deutsch"}}
    load(world, {"data/x.yaml": "tcrm.level:\n  - {id: gold, name: Gold}\n"}, texts=texts)
    with world.database.transaction(lang="en") as env:
        assert env.ref("tdata.gold").name == "Gold"
    with world.database.transaction(lang="zh_CN") as env:
        assert env.ref("tdata.gold").name == "黄金"
    texts["zh_CN"]["Gold"] = "金牌"
    load(world, {"data/x.yaml": "tcrm.level:\n  - {id: gold, name: Gold}\n"}, texts=texts)
    with world.database.transaction(lang="zh_CN") as env:
        assert env.ref("tdata.gold").name == "金牌"


def test_noupdate_leaves_a_record_alone(world: World) -> None:
    load(world, {"data/x.yaml": "noupdate: true\ntcrm.level:\n  - {id: n, name: N}\n"})
    report = load(world, {"data/x.yaml": "noupdate: true\ntcrm.level:\n  - {id: n, name: M}\n"})
    assert report.skipped == ["tdata.n"]
    assert "M" not in [row["name"] for row in world.rows("tcrm_level")]


def test_lines_without_ids_are_replaced_unless_a_person_touched_them(world: World) -> None:
    def content(amount: int) -> str:
        return f"tcrm.customer:\n  - {{id: c, name: C, orders: [{{amount: 1}}, {{amount: {amount}}}]}}\n"

    load(world, {"data/x.yaml": content(2)})
    load(world, {"data/x.yaml": content(5)})
    with world.database.transaction() as env:
        assert sorted(order.amount for order in env.ref("tdata.c").orders) == [1, 5]
        env.ref("tdata.c").orders[0].update(amount=9)
    report = load(world, {"data/x.yaml": content(6)})
    assert [conflict.field for conflict in report.conflicts] == ["orders"]


def test_all_faults_of_a_file_are_told_at_once_with_line_and_nearest_name(world: World) -> None:
    found = faults(
        world,
        """
tcrm.level:
  - {id: a, nam: A}
  - {id: b, name: B, parent: tcrm.level_x}
  - {id: c, name: C, discount: much}
  - {id: c, name: D}
  - {name: E}
  - {id: crm.f, name: F}
tcrm.levle: []
records:
  - {id: g, model: tcrm.custome}
""",
    )
    text = "\n".join(found)
    for expected in (
        '3: Unknown field "nam". did you mean "name"?',
        '6: The id "tdata.c" is given twice.',
        '7: The key "id" is missing.',
        '8: The id "crm.f" belongs to another addon.',
        '9: Unknown model "tcrm.levle". did you mean "tcrm.level"?',
        '11: Unknown model "tcrm.custome". did you mean "tcrm.customer"?',
    ):
        assert expected in text


def test_all_faults_of_references_and_values_are_told_at_once(world: World) -> None:
    text = "\n".join(
        faults(
            world,
            """
tcrm.level:
  - {id: b, name: B, parent: tcrm.level_x}
  - {id: c, name: C, discount: much}
  - {id: d, discount: 1}
  - {id: e, name: E, parent: 7}
  - {id: f, name: "{{ usr.name }}"}
tcrm.customer:
  - {id: g, name: G, level: i}
  - {id: h, name: H, state: wan}
  - {id: i, name: I}
  - {id: j, name: "{{ user.passwrd }}"}
""",
        )
    )
    assert '3: Unknown id "tcrm.level_x". did you mean "tcrm.level_' in text
    assert "4: Discount must be a number" in text
    assert '5: "name" is required.' in text
    assert "6: Parent must be the id of a record" in text
    assert '7: Unknown name "usr". did you mean "user"?' in text
    assert '9: "tdata.i" is a record of "tcrm.customer", not of "tcrm.level".' in text
    assert '10: State: "wan" is not a choice. did you mean "won"?' in text


def test_a_circle_of_required_references_is_named(world: World) -> None:
    content = """
tcrm.customer:
  - {id: a, name: "{{ ref('b').name }}"}
  - {id: b, name: "{{ ref('a').name }}"}
"""
    assert "tdata.a → tdata.b → tdata.a" in faults(world, content)[0] or "tdata.b" in faults(world, content)[0]


def test_what_the_orm_refuses_is_said_at_its_line(world: World) -> None:
    with world.database.transaction() as env:
        assert isinstance(env.connection, sa.Connection)
    content = "core.parameter:\n  - {id: p, key: p, label: P, addon: tdata, kind: integer, default: text}\n"
    assert faults(world, content)[0].startswith("2: ")


def test_csv_faults_name_the_line(world: World) -> None:
    name = "data/tcrm.customer.csv"
    assert "3: The line has 1 columns instead of 2." in faults(world, "id,name\na,A\nb\n", name)
    assert 'Unknown field "nam"' in faults(world, "id,nam\na,A\nb,B\n", name)[0]
    assert 'The column "id" is missing.' in faults(world, "name\nA\n", name)[0]
    assert "Lines" in faults(world, "id,name,orders\na,A,x\n", name)[0]


@pytest.mark.parametrize(
    "content", ["[]", "records: 3", "records: [3]", "noupdate: maybe", "tcrm.level: {}", "a: [", "records: [{id: a}]"]
)
def test_other_shapes_are_refused(world: World, content: str) -> None:
    assert faults(world, content)
