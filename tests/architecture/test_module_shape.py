"""How every module of core and tools is made: exports that exist, sorted; no container at module level that could be filled."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path.relative_to(ROOT) for folder in ("core", "tools") for path in (ROOT / folder).rglob("*.py"))
MUTATORS = {"append", "add", "extend", "update", "setdefault", "insert", "pop", "clear", "remove", "discard", "popitem"}
CONTAINERS = {
    "dict",
    "list",
    "set",
    "defaultdict",
    "OrderedDict",
    "Counter",
    "deque",
    "WeakValueDictionary",
    "WeakSet",
    "ContextVar",
}


def tree_of(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def containers(tree: ast.Module) -> Iterator[str]:
    """Names bound at module level to something that can be filled."""
    for node in tree.body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        is_call = isinstance(value, ast.Call) and ast.unparse(value.func).split(".")[-1] in CONTAINERS
        if is_call or isinstance(value, ast.Dict | ast.List | ast.Set):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name) and target.id != "__all__")


def changes(tree: ast.Module, names: set[str]) -> Iterator[str]:
    """Where a module changes one of its own module-level containers, or rebinds a global."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield f"line {node.lineno}: global {', '.join(node.names)}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            if is_one_of(node.func.value, names):
                yield f"line {node.lineno}: {ast.unparse(node.func)}()"
        elif (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Store | ast.Del)
            and is_one_of(node.value, names)
        ):
            yield f"line {node.lineno}: {ast.unparse(node)} changed"


def is_one_of(node: ast.expr, names: set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


@pytest.mark.parametrize("path", FILES, ids=str)
def test_nothing_global_is_filled(path: Path) -> None:
    tree = tree_of(path)
    named = set(containers(tree))
    # A local variable may bear the same name as a constant; constants are in capitals here, so there are none in practice.
    assert list(changes(tree, named)) == []
    # What starts empty can only be meant to be filled, whoever does it.
    empty = [
        ast.unparse(node)
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and node.value is not None
        and ast.unparse(node.value) in {"{}", "[]", "set()", "dict()", "list()"}
    ]
    assert empty == []


def has_all(path: Path) -> bool:
    return any(
        isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__" for node in tree_of(path).body
    )


@pytest.mark.parametrize("path", [path for path in FILES if has_all(path)], ids=str)
def test_every_exported_name_exists(path: Path) -> None:
    name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    module = importlib.import_module(name)
    exported = module.__all__
    assert [name for name in exported if not hasattr(module, name)] == []
    assert len(set(exported)) == len(exported)


@pytest.mark.parametrize("path", FILES, ids=str)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree_of(path))


def test_no_module_has_a_name_without_a_topic() -> None:
    assert [path for path in FILES if path.stem in {"utils", "util", "helpers", "common", "misc"}] == []
