"""The JSON Schema for editors accepts what loads and refuses what does not."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
import yaml

from core.views import json_schemas

from .fakes import BASE, LOYALTY
from .test_view_types import KINDS


@pytest.fixture(scope="module")
def validator() -> Any:
    return jsonschema_rs.validator_for(json_schemas()["views.schema.json"])


@pytest.mark.parametrize(
    "text", [BASE, LOYALTY, KINDS.replace("kind: line", "chart: line").replace("kind: chart", "type: chart")]
)
def test_good_files_pass(validator: Any, text: str) -> None:
    assert [error.message for error in validator.iter_errors(yaml.safe_load(text))] == []


@pytest.mark.parametrize(
    "text",
    [
        "veiws: []",
        "views: [{id: a, type: list, model: m, columns: [name], ordr: x}]",
        "views: [{id: a, type: lists, model: m, columns: [name]}]",
        "views: [{id: a, type: form, model: m, body: [{sektion: x}]}]",
        "menus: [{id: a}]",
        "panels: [{id: a, place: workbench}]",
    ],
)
def test_bad_files_fail(validator: Any, text: str) -> None:
    assert not validator.is_valid(yaml.safe_load(text))
