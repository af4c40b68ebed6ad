"""``tangram import-set``: steps of a plan, and what a mapping can say of cells that no field takes as they are (CORE-63)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from addons.base_exchange.services.matching.targets import targets_of
from core.cli.import_set import steps_of
from core.data.fileimport import FileImport, FileImported
from core.errors import ValidationError

pytestmark = pytest.mark.rows("CORE-63")
TEXT = "thing,group,price\n  Old   Press?#,NULL,NULL\nSaw?#,Hall,12.50\n"
MAPPING = {
    "key": "name",
    "nothing": ["NULL"],
    "empty": "keep",
    "columns": {
        "thing": {"field": "name", "remove": ["?#"], "tidy": True},
        "group": {"field": "department", "create": True, "blank": "Nowhere"},
        "price": "price",
    },
    "also": {"code": {"column": "thing", "replace": {"Saw?#": "S-1"}, "tidy": True}, "kind": "machine"},
}


@pytest.fixture
def bring(env: Any, tmp_path: Path) -> Any:
    """``bring(mapping)`` imports `TEXT` as the command does."""
    path = tmp_path / "things.csv"
    path.write_text(TEXT, encoding="utf-8")
    return lambda mapping: env.registry.hooks.import_file(env, FileImport(path, "acme.asset", mapping=mapping))


def test_junk_texts_for_nothing_constants_and_a_column_read_twice(env: Any, bring: Any) -> None:
    assert bring(MAPPING) == FileImported(2, 0)
    press, saw = env["acme.asset"].search([], order="name")
    assert [(each.name, each.department.name, each.kind) for each in (press, saw)] == [
        ("Old Press", "Nowhere", "machine"),
        ("Saw", "Hall", "machine"),
    ]
    assert (saw.code, press.code, str(saw.price)) == ("S-1", "Old Press?#", "12.50")
    assert not press.price


def test_the_same_file_again_changes_nothing(bring: Any) -> None:
    bring(MAPPING)
    assert bring(MAPPING) == FileImported(0, 0, skipped=2)


def test_a_column_that_is_not_there_can_not_be_read_a_second_time(bring: Any) -> None:
    with pytest.raises(ValidationError, match="thin"):
        bring({**MAPPING, "also": {"code": {"column": "thin"}}})
    with pytest.raises(ValidationError):
        bring({**MAPPING, "also": {"code": {"colum": "thing"}}})


def test_fields_of_the_system_are_offered_to_the_system_alone(env: Any) -> None:
    system = env.as_user(1)
    assert "password_changed_at" not in targets_of(system, "core.user")
    assert "password_changed_at" in targets_of(system, "core.user", ["password_changed_at"])
    assert "password_changed_at" not in targets_of(env, "core.user", ["password_changed_at"])


@pytest.mark.parametrize(
    "plan",
    [
        "steps: []",
        "steps: [{file: a.csv}]",
        "steps: [{file: a.csv, model: acme.asset, maping: {}}]",
        "steps: [{file: b.csv, model: acme.asset}]",
        "steps: [{file: ../outside.csv, model: acme.asset}]",
    ],
)
def test_a_plan_that_can_not_be_followed_is_refused_at_once(tmp_path: Path, plan: str) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("files/a.csv", "outside.csv"):
        (tmp_path / name).write_text("name\n", encoding="utf-8")
    path = tmp_path / "plan.yaml"
    path.write_text(plan, encoding="utf-8")
    with pytest.raises(ValidationError):
        steps_of(path, folder)
