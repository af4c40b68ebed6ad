"""What the source of a class or function says: members in the order of the text, signatures as written, texts below attributes."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tools.reference.markdown import code, docstring, inline

WIDTH = 100
"""A longer signature is broken, one argument a line."""
MAGIC = {"__getitem__", "__call__"}


@dataclass(frozen=True)
class Member:
    """One public method, property or attribute of a class."""

    name: str
    signature: str
    doc: str
    """Its docstring; empty if there is none."""


def class_node(cls: type) -> ast.ClassDef:
    """Return the syntax tree of a class."""
    node = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(node, ast.ClassDef)  # it is the source of a class
    return node


def members(cls: type) -> Iterator[Member]:
    """Yield the public members that the class itself declares and documents, in the order of its source."""
    body = class_node(cls).body
    for position, node in enumerate(body):
        if isinstance(node, ast.FunctionDef):
            marks = {ast.unparse(mark).split(".")[-1] for mark in node.decorator_list}
            if (not node.name.startswith("_") or node.name in MAGIC) and "overload" not in marks:
                is_value = bool(marks & {"property", "cached_property"})
                shown = _value(node) if is_value else signature_of(node, method="staticmethod" not in marks)
                yield Member(node.name, shown, ast.get_docstring(node) or "")
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            following = body[position + 1] if position + 1 < len(body) else None
            name = node.target.id
            if not name.startswith("_") and (text := _text(following)):
                yield Member(name, f"{name}: {ast.unparse(node.annotation)}", text)


def _value(node: ast.FunctionDef) -> str:
    return f"{node.name}: {ast.unparse(node.returns)}" if node.returns else node.name


def _text(node: ast.stmt | None) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return node.value.value
    return ""


def signature_of(node: ast.FunctionDef, *, method: bool = False) -> str:
    """Return the signature as written, without ``self`` and decorators."""
    arguments = node.args
    if method:
        first = arguments.posonlyargs or arguments.args
        first.pop(0)
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    parts = list(_parts(arguments))
    line = f"{node.name}({', '.join(parts)}){returns}"
    if len(line) <= WIDTH:
        return line
    broken = "".join(f"    {part},\n" for part in parts)
    return f"{node.name}(\n{broken}){returns}"


def _parts(arguments: ast.arguments) -> Iterator[str]:
    places = [*arguments.posonlyargs, *arguments.args]
    defaults = [*([None] * (len(places) - len(arguments.defaults))), *arguments.defaults]
    for position, (one, default) in enumerate(zip(places, defaults, strict=True), start=1):
        yield _argument(one, default)
        if position == len(arguments.posonlyargs):
            yield "/"
    if arguments.vararg:
        yield f"*{_argument(arguments.vararg, None)}"
    elif arguments.kwonlyargs:
        yield "*"
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _argument(one, default)
    if arguments.kwarg:
        yield f"**{_argument(arguments.kwarg, None)}"


def _argument(argument: ast.arg, default: ast.expr | None) -> str:
    shown = ast.unparse(argument)
    if default is None:
        return shown
    return f"{shown} = {ast.unparse(default)}" if argument.annotation else f"{shown}={ast.unparse(default)}"


def function_node(function: Callable[..., Any]) -> ast.FunctionDef:
    """Return the syntax tree of a function."""
    node = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(node, ast.FunctionDef)  # it is the source of a function
    return node


def attribute_docs(cls: type) -> dict[str, str]:
    """Return the texts below the attributes of a class and those it inherits from, nearest first; name → text."""
    found: dict[str, str] = {}
    for each in cls.__mro__:
        if each.__module__.split(".")[0] != "core":
            continue
        body = class_node(each).body
        for node, following in pairwise(body):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and (text := _text(following)):
                found.setdefault(node.target.id, inline(text))
    return found


def module_constant_doc(module: Any, name: str) -> str:
    """Return the text below a constant of a module; empty if there is none."""
    body = ast.parse(inspect.getsource(module)).body
    for node, following in pairwise(body):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return _text(following)
    return ""


def function_section(name: str, function: Callable[..., Any], level: int = 2) -> str:
    """Return heading, signature and docstring of a function."""
    node = function_node(function)
    return _section(name, signature_of(node), ast.get_docstring(node) or "", level)


def class_section(cls: type, level: int = 2, *, left_out: frozenset[str] = frozenset()) -> str:
    """Return heading, docstring and members of a class.

    Args:
        cls: The class.
        level: Level of its heading; members are one deeper.
        left_out: Members that only the core itself may use.
    """
    parts = [f"{'#' * level} {cls.__name__}", docstring(class_node_doc(cls))]
    parts += [
        _section(member.name, member.signature, member.doc, level + 1)
        for member in members(cls)
        if member.name not in left_out
    ]
    return "\n\n".join(part for part in parts if part)


def class_node_doc(cls: type) -> str:
    """Return the docstring of a class, not one it inherits."""
    return ast.get_docstring(class_node(cls)) or ""


def _section(name: str, signature: str, doc: str, level: int) -> str:
    return f"{'#' * level} {code(name)}\n\n```python\n{signature}\n```\n\n{docstring(doc)}".rstrip()
