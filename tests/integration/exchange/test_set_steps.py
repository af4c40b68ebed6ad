"""Sets of files: columns joined, rows left out, texts that stand in another file, records that several columns name; and undo (CORE-63)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.cli.import_set import steps_of
from core.data.fileimport import FileBatch, FileImport, ImportsUndone
from core.errors import ConflictError, ValidationError
from tests.integration.exchange.realdata import checksums

pytestmark = pytest.mark.rows("CORE-63")
FILES = {
    "halls.csv": "no,hall\n1,North\n2,South\n3,NULL\n",
    "people.csv": "no,first,last,title\n7,Ann,Lee,NULL\n8,NULL,Wu,Dr\n",
    "things.csv": "thing,hall,keeper,left\nPress,1,7,no\nSaw,2,8,no\nOld,2,8,yes\nLamp,3,8,no\n",
    "parts.csv": "part,thing,hall\nBelt,Press,North\nBlade,Saw,South\n",
}
PLAN = """
steps:
  - file: people.csv
    model: core.user
    mapping:
      key: number
      nothing: ["NULL"]
      ignore: [first, last, title]
      columns: {no: number}
      also: {name: {column: [title, first, last]}}
  - file: things.csv
    model: acme.asset
    mapping:
      key: name
      nothing: ["NULL"]
      columns:
        thing: name
        hall: {field: department, create: true, replace: {file: halls.csv, from: no, to: hall}}
        keeper: keeper.number
        left: {field: insured, leave_out: ["yes"]}
  - file: parts.csv
    model: acme.asset
    mapping:
      key: name
      ignore: [thing, hall]
      columns: {part: name}
      also: {parent: {column: [thing, hall], between: " / ", by: [name, department.name]}}
"""


@pytest.fixture
def bring(env: Any, tmp_path: Path) -> Callable[..., list[Any]]:
    """``bring()`` imports the set as the command does."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN, encoding="utf-8")

    def run() -> list[Any]:
        hooks = env.as_user(1).registry.hooks
        steps, batch = steps_of(plan, tmp_path), FileBatch("plan")
        return [
            hooks.import_file(env.as_user(1), FileImport(file, model, mapping=mapping, batch=batch))
            for file, model, mapping in steps
        ]

    return run


def test_columns_are_joined_rows_left_out_and_texts_looked_up(env: Any, bring: Any) -> None:
    assert [(done.created, done.skipped) for done in bring()] == [(2, 0), (3, 1), (2, 0)]
    users = env["core.user"].search([["number", "in", ["7", "8"]]], order="number")
    assert users.mapped("name") == ["Ann Lee", "Dr Wu"]
    found = {each.name: each for each in env["acme.asset"].search()}
    assert found.keys() == {"Press", "Saw", "Lamp", "Belt", "Blade"}
    assert [(found[name].department.name, found[name].keeper.name) for name in ("Press", "Saw")] == [
        ("North", "Ann Lee"),
        ("South", "Dr Wu"),
    ]
    # What the other file calls NULL is nothing here either.
    assert found["Lamp"].department is None
    assert (found["Belt"].parent, found["Blade"].parent) == (found["Press"], found["Saw"])


def test_all_runs_of_a_set_are_undone_together(env: Any, bring: Any) -> None:
    """Also what makes itself: departments of the same import, and employees whom nothing names any more."""
    before = checksums(env, stamps=False)
    bring()
    there = checksums(env)
    assert {(done.created, done.updated) for done in bring()} == {(0, 0)}
    assert checksums(env) == there
    assert env.registry.hooks.undo_imports(env.as_user(1), "plan") == ImportsUndone(6, deleted=9, restored=0)
    assert checksums(env, stamps=False) == before
    with pytest.raises(ValidationError, match="plan"):
        env.registry.hooks.undo_imports(env.as_user(1), "plan")


def test_a_set_of_which_a_record_was_changed_or_used_is_not_undone(env: Any, bring: Any) -> None:
    bring()
    saw = env["acme.asset"].search([["name", "=", "Saw"]])[0]
    env["acme.asset"].create({"name": "Handle", "parent": saw})
    with pytest.raises(ConflictError, match="Saw"):
        env.registry.hooks.undo_imports(env.as_user(1), "plan")
    saw.update(price=5)
    env.flush()
    with pytest.raises(ConflictError, match="Saw"):
        env.registry.hooks.undo_imports(env.as_user(1), "plan")


def test_an_employee_who_leads_a_department_stays_and_so_does_the_set(env: Any, bring: Any) -> None:
    bring()
    ann = env["core.user"].search([["number", "=", "7"]])[0]
    env["core.department"].create({"name": "Yard", "head": ann})
    with pytest.raises(ConflictError, match="Ann Lee"):
        env.registry.hooks.undo_imports(env.as_user(1), "plan")


@pytest.mark.parametrize(
    "wrong",
    ["file: none.csv, from: no, to: hall", "file: halls.csv, from: nr, to: hall", "file: ../x.csv, from: a, to: b"],
)
def test_texts_of_a_file_or_column_that_is_not_there_are_refused(bring: Any, tmp_path: Path, wrong: str) -> None:
    plan = tmp_path / "wrong.yaml"
    plan.write_text(PLAN.replace("file: halls.csv, from: no, to: hall", wrong), encoding="utf-8")
    with pytest.raises(ValidationError):
        steps_of(plan, tmp_path)
