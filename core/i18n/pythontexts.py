"""Find the translatable texts of Python files by their syntax tree; nothing is imported (layer i18n).

Found are: ``_("…")``, ``Message("…")`` and the kind in ``unknown("…")``; labels, help and choices of fields (a field without a label gives its name in words,
as the interface shows it); ``_label`` of models, else the model's name in words; labels of ``@action`` and ``@transition``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

Text = tuple[int, str]
"""Line and English text."""

_MARKERS = frozenset({"_", "Message", "unknown"})
_PLACEHOLDERS = re.compile(r"%\(\w+\)[sdfr]|%%")
_CHOICES = frozenset({"options", "selection_add"})
_ACTIONS = frozenset({"action", "transition"})
_LABEL_POSITION = {"Many2one": 1, "One2many": 2, "Many2many": 1, "Selection": 1, "Lookup": 1, "Sequence": 1}
"""Where the label stands among the arguments without a name; first for all other kinds of fields."""


def python_texts(source: str, filename: str = "<text>") -> list[Text]:
    """Return the texts of one file in the order of lines; may repeat.

    Raises:
        SyntaxError: It is no Python.
    """
    tree = ast.parse(source, filename)
    return sorted({*_marked(tree), *_declared(tree)})


def in_words(name: str) -> str:
    """Return how the interface shows a name that has no label: ``order_date`` is "Order date"."""
    return name.replace("_", " ").capitalize()


def _marked(tree: ast.AST) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _MARKERS and node.args:
            yield from _constants(node.args[0])


def _declared(tree: ast.Module) -> Iterator[Text]:
    dicts = _dicts(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and _name(decorator.func) in _ACTIONS:
                    yield from _label(decorator, first=_name(decorator.func) == "action")
        elif isinstance(node, ast.ClassDef):
            yield from _model(node, dicts)


def _dicts(tree: ast.Module) -> dict[str, ast.Dict]:
    """Return the dicts that stand at the top of a module by name; choices of several fields are declared so."""
    return {
        _name(target): each.value
        for each in tree.body
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Dict)
        for target in each.targets
    }


def _model(node: ast.ClassDef, dicts: dict[str, ast.Dict]) -> Iterator[Text]:
    assigned = {
        _name(target): each.value for each in node.body if isinstance(each, ast.Assign) for target in each.targets
    }
    if not {"_name", "_inherit"} & assigned.keys():
        return
    if "_label" in assigned:
        yield from _constants(assigned["_label"])
    elif isinstance(name := assigned.get("_name"), ast.Constant) and isinstance(name.value, str):
        yield node.lineno, in_words(name.value.rsplit(".", 1)[-1])
    for attribute, value in assigned.items():
        if isinstance(value, ast.Call) and not attribute.startswith("_") and _is_field(value.func):
            yield from _field(attribute, value, dicts)


def _is_field(function: ast.expr) -> bool:
    """Tell ``fields.Char`` and ``Char`` from other calls: kinds of fields begin with a capital."""
    if isinstance(function, ast.Attribute):
        return _name(function.value) == "fields"
    return _name(function)[:1].isupper()


def _field(attribute: str, call: ast.Call, dicts: dict[str, ast.Dict]) -> Iterator[Text]:
    yield from _label(call)
    position = _LABEL_POSITION.get(_name(call.func), 0)
    if len(call.args) > position:
        yield from _constants(call.args[position])
    elif not any(keyword.arg == "label" for keyword in call.keywords):
        yield call.lineno, in_words(attribute)
    choices = [keyword.value for keyword in call.keywords if keyword.arg in _CHOICES]
    for choice in [*choices, *call.args[:1]]:
        named = dicts.get(_name(choice), choice)
        if isinstance(named, ast.Dict):
            for value in named.values:
                yield from _constants(value)


def _label(call: ast.Call, *, first: bool = False) -> Iterator[Text]:
    for keyword in call.keywords:
        if keyword.arg in ("label", "help"):
            yield from _constants(keyword.value)
    if first and call.args:
        yield from _constants(call.args[0])


def _constants(node: ast.expr) -> Iterator[Text]:
    """Return the texts an expression may be: a literal, or either of two in ``a if x else b``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        # What is nothing but placeholders and signs reads the same in every language.
        if any(character.isalpha() for character in _PLACEHOLDERS.sub("", node.value)):
            yield node.lineno, node.value
    elif isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
