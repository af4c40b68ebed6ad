"""Routes are checked when they are declared and collected."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.test import EnvironBuilder

from core.errors import DefinitionError
from core.web.request import Request
from core.web.routes import RouteTable, collect_routes, route


def module_of(**functions: Any) -> ModuleType:
    module = ModuleType("addons.sample.controllers")
    for name, function in functions.items():
        function.__module__ = module.__name__
        setattr(module, name, function)
    return module


def ask(method: str, path: str) -> Request:
    return Request(EnvironBuilder(method=method, path=path).get_environ())


@route("/a/<int:number>", methods=["get", "POST"])
@route("/b/<number>")
def twice(request: Request, env: Any, number: Any) -> Any:
    """Answers at two addresses."""


def test_a_function_may_have_several_routes() -> None:
    endpoints = collect_routes("sample", None, [twice])
    assert [(each.rule, each.methods, each.writes, each.auth) for each in endpoints] == [
        ("/x/sample/b/<number>", ("GET",), False, "user"),
        ("/x/sample/a/<int:number>", ("GET", "POST"), True, "user"),
    ]
    table = RouteTable(endpoints)
    assert table.find(ask("POST", "/x/sample/a/5"))[1] == {"number": 5}
    assert table.find(ask("GET", "/x/sample/b/five"))[1] == {"number": "five"}
    with pytest.raises(NotFound):
        table.find(ask("GET", "/x/sample/a/five"))
    with pytest.raises(MethodNotAllowed):
        table.find(ask("DELETE", "/x/sample/b/five"))


def test_only_functions_of_the_module_itself_count() -> None:
    @route("/own")
    def own(request: Any, env: Any) -> None:
        """Its own."""

    module = module_of(own=own)
    module.imported = twice  # type: ignore[attr-defined]  # as if imported from elsewhere
    assert [each.rule for each in collect_routes("sample", module)] == ["/x/sample/own"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"path": "a"}, "begins with"),
        ({"path": "/a", "methods": ["FETCH"]}, "method"),
        ({"path": "/a", "auth": "everybody"}, "auth"),
    ],
)
def test_a_wrong_declaration_is_refused_at_once(options: dict[str, Any], said: str) -> None:
    with pytest.raises(DefinitionError, match=said):
        route(**options)


def test_all_wrong_functions_of_an_addon_are_told_with_their_place() -> None:
    @route("/a/<int:customer>")
    def lacks(request: Any, env: Any) -> None:
        """Does not take the part of its path."""

    @route("/b/<unknown_kind:customer>")
    def broken(request: Any, env: Any, customer: Any) -> None:
        """Has a path that can't be read."""

    def unmarked(request: Any, env: Any) -> None:
        """Is no route."""

    with pytest.raises(DefinitionError) as caught:
        collect_routes("sample", None, [lacks, broken, unmarked])
    faults = caught.value.faults
    assert [fault.code for fault in faults] == ["route.signature", "route.path", "route.mark"]
    assert {fault.where.addon for fault in faults} == {"sample"}
    assert str(faults[0].where.file).endswith("test_routes.py")
