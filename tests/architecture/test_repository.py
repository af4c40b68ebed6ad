"""The rules of the repository hold, and their checkers find what breaks them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools.build_docs import anchor, link_faults
from tools.check_imports import addon_faults, core_faults, imports
from tools.check_repository import HOSTS, changelog_faults, decision_faults, word_faults
from tools.faults import ROOT, project_files


def test_changelog_fragments_are_named_by_number_and_type() -> None:
    assert list(changelog_faults(ROOT)) == []


def test_decision_records_are_numbered_and_complete() -> None:
    assert list(decision_faults(ROOT)) == []


def test_no_file_names_a_registry_host_or_a_folder_of_one_machine() -> None:
    assert list(word_faults(ROOT, project_files())) == []


def test_libraries_stay_at_home_and_addons_use_the_public_face() -> None:
    assert [*core_faults(ROOT), *addon_faults(ROOT)] == []


@pytest.mark.parametrize("name", ["x.feature.md", "2.feat.md", "2.feature.txt", "feature.md"])
def test_checker_refuses_a_fragment_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "changelog.d").mkdir()
    (tmp_path / "changelog.d" / name).write_text("Something new.")
    assert [fault.file for fault in changelog_faults(tmp_path)] == [f"changelog.d/{name}"]


def test_checker_refuses_an_empty_fragment(tmp_path: Path) -> None:
    (tmp_path / "changelog.d").mkdir()
    (tmp_path / "changelog.d" / "2.fix.md").write_text("\n")
    assert len(list(changelog_faults(tmp_path))) == 1


def test_checker_finds_a_gap_between_decision_records(tmp_path: Path) -> None:
    folder = tmp_path / "docs" / "decisions"
    folder.mkdir(parents=True)
    sections = "## Context\n## Decision\n## Consequences\n## Rejected alternatives\n"
    (folder / "0001-one.md").write_text(f"# 0001 One\n{sections}")
    (folder / "0003-three.md").write_text(f"# 0003 Three\n{sections}")
    assert [fault.text for fault in decision_faults(tmp_path)] == ["the next number is 0002"]


def test_checker_finds_registry_hosts_and_home_folders(tmp_path: Path) -> None:
    home = "/".join(["", "home", "somebody", "x"])
    (tmp_path / "notes.md").write_text(f"see {HOSTS[0]}\nfine\nopen {home}\nlook in {tmp_path}/x\n")
    assert [fault.line for fault in word_faults(tmp_path, [Path("notes.md")])] == [1, 3, 4]


def test_checker_sees_imports_but_not_those_for_types_only() -> None:
    code = "import a.b\nfrom c import d\nif TYPE_CHECKING:\n    import e\ndef f():\n    import g\n"
    assert sorted(name for _line, name in imports(ast.parse(code))) == ["a.b", "c.d", "g"]


def test_checker_refuses_an_addon_that_reaches_into_core_or_an_undeclared_addon(tmp_path: Path) -> None:
    addon = tmp_path / "addons" / "shop"
    (addon / "tests").mkdir(parents=True)
    (addon / "manifest.yaml").write_text("depends: [stock]\n")
    lines = [
        "from core.api import Model",
        "from core.orm import model",
        "from addons.stock.api import a",
        "import addons.stock.models",
    ]
    (addon / "models.py").write_text("\n".join([*lines, "from addons.cash.api import b", "from core.testing import c"]))
    (addon / "tests" / "test_shop.py").write_text("from core.testing import create\n")
    assert [fault.line for fault in addon_faults(tmp_path)] == [2, 4, 5, 6]


def test_checker_finds_broken_links_and_headings(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# One two\n\n[x](b.md) [y](#one-two) [z](#three) [w](gone.md)\n")
    (tmp_path / "b.md").write_text("# B\n")
    assert [fault.text for fault in link_faults(tmp_path, Path("a.md"))] == [
        "the page of #three has no such heading",
        "the link gone.md leads nowhere",
    ]
    assert anchor("What, `when` and how?") == "what-when-and-how"
