"""Commands that look: explain, trace, shell, stubs, schemas."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Terminal


@pytest.fixture
def customer(terminal: Terminal) -> Terminal:
    terminal("user", "add", "li", "--name", "Li", "--group", "crm_base.salesperson", "--password", "long enough")
    terminal("shell", "--user", "admin", "--commit", "-c", 'env["crm.customer"].create({"name": "Hai"})')
    return terminal


def test_explain_shows_each_rule_and_which_decides(customer: Terminal) -> None:
    text = customer("explain", "admin", "crm.customer", "1", "update").stdout
    assert text.startswith("Administrator ✓ may update crm.customer #1")
    refused = customer("explain", "li", "crm.customer", "1").stdout
    assert "✗ may not read" in refused
    assert "✗ Salespeople keep their own customers  [crm_base.customer_own, crm_base/security/rules.yaml" in refused


def test_explain_who_lists_everybody_who_can(customer: Terminal) -> None:
    text = customer("explain", "--who", "crm.customer", "1").stdout
    assert "Administrator (may change it)" in text
    assert "Li" not in text


def test_explain_refuses_what_is_not_there(sqlite_terminal: Terminal) -> None:
    assert "no such record" in sqlite_terminal("explain", "admin", "crm.customer", "99", code=1).stderr
    assert "crm.customer" in sqlite_terminal("explain", "admin", "crm.custmer", "1", code=1).stderr
    assert "admin" in sqlite_terminal("explain", "amdin", "core.user", "1", code=1).stderr
    assert "read" in sqlite_terminal("explain", "admin", "core.user", "1", "raed", code=1).stderr
    sqlite_terminal("explain", "admin", "core.user", "one", code=2)


def test_trace_shows_the_chain_of_a_transition_and_undoes_it(terminal: Terminal) -> None:
    values = {"customer": 1, "lines": [{"product": 1, "quantity": 10, "price": 10}]}
    make = """
env["crm.customer"].create({"name": "Hai"})
env["crm.product"].create({"name": "Tea", "units": [{"unit": env["crm.unit"].search()[0], "points": 1}]})
"""
    terminal("shell", "--commit", "-c", f'{make}env["crm.order"].create({values})')
    found = json.loads(terminal("trace", "crm.order", "confirm", "1", "--json").stdout)
    chain = [(row["kind"], row["name"], row["addon"]) for row in found["rows"]]
    assert chain[0] == ("action", "confirm", "crm_sales")
    assert ("hook", "sales_order_confirmed", "crm_loyalty") in chain
    assert ("compute", "_compute_points", "crm_loyalty") in chain
    assert any(kind == "sql" and name.startswith("UPDATE crm_order") for kind, name, _addon in chain)
    assert {"crm_sales", "crm_loyalty", "core"} <= {share["addon"] for share in found["addons"]}
    assert terminal("shell", "-c", 'print(env["crm.order"].get(1).state)').stdout.strip() == "draft"
    text = terminal("trace", "crm.order", "confirm", "1", "--commit").stdout
    assert "<crm_loyalty>" in text
    assert terminal("shell", "-c", 'print(env["crm.order"].get(1).state)').stdout.strip() == "confirmed"


def test_trace_refuses_an_unknown_action_with_the_nearest(sqlite_terminal: Terminal) -> None:
    assert 'did you mean "update"?' in sqlite_terminal("trace", "crm.customer", "updaet", code=1).stderr
    assert "JSON" in sqlite_terminal("trace", "crm.customer", "create", "--values", "{", code=1).stderr
    sqlite_terminal("trace", "crm.customer", "update", code=2)
    assert "is required" in sqlite_terminal("trace", "crm.customer", "create", code=1).stderr


def test_the_shell_keeps_changes_only_if_told_to(sqlite_terminal: Terminal) -> None:
    sqlite_terminal("shell", "-c", 'env["crm.customer"].create({"name": "Hai"})')
    assert sqlite_terminal("shell", "-c", "print(env['crm.customer'].count(D('name').is_set()))").stdout == "0\n"
    sqlite_terminal("shell", "--commit", "-c", "-", input='env["crm.customer"].create({"name": "Hai"})')
    assert sqlite_terminal("shell", "--user", "admin", "-c", "print(env['crm.customer'].count([]))").stdout == "1\n"


def test_stubs_hold_every_model_with_every_field(sqlite_terminal: Terminal, tmp_path: Path) -> None:
    path = Path(sqlite_terminal("stubs", str(tmp_path / "stubs")).stdout.strip())
    tree = ast.parse(path.read_text(encoding="utf-8"))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    fields = {
        node.target.id: ast.unparse(node.annotation)
        for node in classes["CrmCustomer"].body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    assert fields["name"] == "str"
    assert fields["owner"] == "CoreUser | None"
    assert fields["points"] == "int | None"
    assert fields["point_entries"] == "list[CrmPointEntry]"
    assert fields["active"] == "bool"
    assert any(isinstance(node, ast.FunctionDef) and node.name == "confirm" for node in classes["CrmOrder"].body)


def test_schemas_are_written(sqlite_terminal: Terminal, tmp_path: Path) -> None:
    for name in sqlite_terminal("schemas", str(tmp_path / "schemas")).stdout.split():
        assert "$schema" in json.loads(Path(name).read_text(encoding="utf-8"))
