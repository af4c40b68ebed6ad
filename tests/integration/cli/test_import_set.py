"""``tangram import-set``: files that belong together come in by one command, and go by one (CORE-63)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.conftest import Terminal

pytestmark = pytest.mark.rows("CORE-63")
PLAN = """
steps:
  - file: firms.csv
    model: crm.customer
    mapping:
      key: name
      columns: {firm: name, area: {field: region, create: true, replace: {file: areas.csv, from: no, to: area}}}
  - file: people.csv
    model: crm.contact
    mapping: {key: [customer, name], columns: {firm: customer, person: name}}
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A plan and a folder."""
    folder = tmp_path / "files"
    folder.mkdir()
    texts = {
        "firms.csv": "firm,area\n深海科技,1\nAcme,2\n",
        "areas.csv": "no,area\n1,Harbour quarter\n2,Old mill\n",
        "people.csv": "firm,person\nAcme,Ann\nAcme,Bob\n深海科技,李雷\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    plan = tmp_path / "shop.yaml"
    plan.write_text(PLAN, encoding="utf-8")
    return str(plan), str(folder)


def listed(terminal: Terminal, model: str, fields: str) -> list[str]:
    return terminal("export", model, "--fields", fields).stdout.splitlines()[1:]


def test_a_set_comes_in_stays_the_same_and_goes(terminal: Terminal, files: tuple[str, str]) -> None:
    assert "base_exchange" in terminal("import-set", *files, code=1).stderr
    assert "base_exchange" in terminal("import-set", *files, "--undo", code=1).stderr
    terminal("addons", "enable", "base_exchange", "--yes")
    assert "2 new" in terminal("import-set", *files, "--dry-run").stderr
    assert listed(terminal, "crm.customer", "name") == []
    told = terminal("import-set", *files).stderr
    assert "1. firms.csv → crm.customer: 2 new, 0 changed, 0 left." in told
    assert "2. people.csv → crm.contact: 3 new, 0 changed, 0 left." in told
    found = sorted(listed(terminal, "crm.customer", "name,region.name"))
    assert found == ["Acme,Old mill", "深海科技,Harbour quarter"]
    assert "0 new, 0 changed, 2 left" in terminal("import-set", *files).stderr
    # A trial of the undo keeps nothing either.
    for words in (["--undo", "--dry-run"], ["--undo"]):
        assert len(listed(terminal, "crm.contact", "name")) == 3
        assert "4 imports undone: 7 records deleted, 0 as before." in terminal("import-set", *files, *words).stderr
    for model in ("crm.customer", "crm.contact"):
        assert listed(terminal, model, "name") == []
    assert "Old mill" not in "".join(listed(terminal, "core.dictionary.item", "name"))
    assert "shop" in terminal("import-set", *files, "--undo", code=1).stderr
