"""The reference says what the code does: pages are fresh, every public name has its place, every hook is documented, tested, used."""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from core import api
from core.cli.main import COMMANDS
from core.orm import fields
from core.orm.domain import OPERATORS
from tools.faults import ROOT
from tools.generate_reference import BY_HAND, FOLDER, PAGES, drift
from tools.reference.declared_pages import hook_specs, meaning
from tools.reference.markdown import docstring, table
from tools.reference.python_pages import field_kinds, option_docs
from tools.reference.source import signature_of

HOOKS = [each.name for each in hook_specs()]


def page(name: str) -> str:
    return (ROOT / FOLDER / name).read_text(encoding="utf-8")


def test_the_pages_are_what_the_code_says():
    assert [str(fault) for fault in drift()] == []


def test_a_changed_missing_or_foreign_page_is_drift(tmp_path: Path):
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    for name in PAGES:
        (folder / name).write_text(page(name), encoding="utf-8")
    (folder / "settings.md").write_text(page("settings.md").replace("# Settings", "# Setings"), encoding="utf-8")
    (folder / "hooks.md").unlink()
    (folder / "stray.md").write_text("# Stray\n")
    assert [Path(fault.file).name for fault in drift(tmp_path)] == ["hooks.md", "settings.md", "stray.md"]


def test_every_page_is_in_the_index_of_the_documentation():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert [name for name in (*PAGES, *BY_HAND) if f"(reference/{name})" not in index] == []


def test_every_name_of_the_public_face_is_documented():
    described = "\n".join(page(name) for name in PAGES)
    for name in api.__all__:
        assert f"`{name}`" in page("api.md"), name
        value = getattr(api, name)
        if getattr(value, "__module__", "core.").startswith("core."):
            assert inspect.getdoc(value), f"{name} has no docstring"
            assert (
                f"## `{name}`" in described
                or f"## {name}\n" in described
                or f"| `{name}` |" in described
                or name == "fields"
            )


@pytest.mark.parametrize("kind", field_kinds())
def test_every_kind_of_field_and_each_of_its_options_is_documented(kind: str):
    assert f"## {kind}\n" in page("fields.md")
    assert [option for option, text in option_docs(getattr(fields, kind)).items() if not text] == []


def test_every_operator_has_a_meaning():
    assert [operator for operator in OPERATORS if not meaning(operator)] == []


def test_every_command_is_documented():
    assert [name for name in COMMANDS if f"## tangram {name}\n" not in page("commands.md")] == []


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_documented(hook: str):
    assert f"### `{hook}`" in page("hooks.md")
    (spec,) = (each for each in hook_specs() if each.name == hook)
    assert "Called:" in spec.doc, "the docstring says when it is called"
    assert [name for name in spec.arguments if f"{name}:" not in spec.doc] == []


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_called_and_used(hook: str):
    assert any(calls(tree, hook) for tree in trees_with(hook, "core", "addons")), "nobody calls it"
    assert any(implements(tree, hook) for tree in trees_with(hook, "core", "addons", "tests")), "nobody implements it"


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_tested(hook: str):
    tests = [path for path in texts() if path.name.startswith("test_") and path != Path(__file__)]
    assert any(hook in texts()[path] for path in tests)


@cache
def texts() -> dict[Path, str]:
    """Every Python file of core, addons and tests, with its text."""
    folders = ("core", "addons", "tests")
    return {path: path.read_text(encoding="utf-8") for name in folders for path in sorted((ROOT / name).rglob("*.py"))}


def trees_with(word: str, *folders: str) -> Iterator[ast.Module]:
    for path, text in texts().items():
        if path.relative_to(ROOT).parts[0] in folders and word in text:
            yield ast.parse(text)


def implements(tree: ast.Module, hook: str) -> bool:
    return any(
        isinstance(node, ast.FunctionDef)
        and node.name == hook
        and any("hookimpl" in ast.unparse(mark) for mark in node.decorator_list)
        for node in ast.walk(tree)
    )


def calls(tree: ast.Module, hook: str) -> bool:
    """Whether a module calls the hook: by its name on something, or by asking an addon for its declarations."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr == hook:
            return True
        if node.func.attr == "declarations" and ast.unparse(node.args[0]) == repr(hook):
            return True
    return False


# The writer of the pages itself -------------------------------------------------------------------------------------------


def test_sections_of_a_docstring_become_lists():
    text = docstring(
        "Do it.\n\nArgs:\n    one: The first,\n        told on two lines.\n    two: ``x``.\n\nReturns:\n    What came out.\n"
    )
    assert (
        text
        == "Do it.\n\n**Arguments:**\n\n- `one`: The first, told on two lines.\n- `two`: `x`.\n\n**Returns:** What came out."
    )


def test_bars_in_cells_of_a_table_are_escaped():
    assert table(("a",), [("x | y",)]).splitlines()[-1] == "| x \\| y |"


def test_a_long_signature_is_broken_and_self_left_out():
    arguments = ", ".join(f"argument_{number}: int = {number}" for number in range(8))
    (node,) = ast.parse(f"def f(self, {arguments}, *, last: str | None = None) -> None: ...").body
    lines = signature_of(node, method=True).splitlines()
    assert lines[0] == "f("
    assert lines[1] == "    argument_0: int = 0,"
    assert lines[-3:] == ["    *,", "    last: str | None = None,", ") -> None"]
