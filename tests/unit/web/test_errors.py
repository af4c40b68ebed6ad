"""Each error of the family has its status; the problem tells the place and nothing of ours."""

from __future__ import annotations

import inspect

import pytest
from werkzeug import exceptions as http

from core import errors
from core.orm.bound import HiddenRecord
from core.web.errors import RequestError, headers_of, problem, query_faults, status_of, title_of, understood

STATUS = {
    errors.AuthenticationError: 401,
    errors.MissingRecord: 404,
    HiddenRecord: 404,
    errors.AccessDenied: 403,
    errors.ConflictError: 409,
    errors.RetryableError: 409,
    errors.DomainError: 400,
    errors.ValidationError: 422,
    errors.UnknownNameError: 422,
    errors.UnknownModelError: 422,
    errors.UnknownFieldError: 422,
    errors.JobError: 422,
    errors.AddonError: 422,
    errors.DependencyError: 422,
    # Faults of ours or of an addon, not of who asks.
    errors.CoreError: 500,
    errors.ConfigError: 500,
    errors.ManifestError: 500,
    errors.HookError: 500,
    errors.ViewError: 500,
    errors.DataError: 500,
    errors.DefinitionError: 500,
}


def test_every_error_of_the_family_has_a_status() -> None:
    family = {item for item in vars(errors).values() if inspect.isclass(item) and issubclass(item, errors.CoreError)}
    assert family - STATUS.keys() == set()


@pytest.mark.parametrize(("error", "status"), STATUS.items(), ids=lambda item: getattr(item, "__name__", item))
def test_the_status(error: type[errors.CoreError], status: int) -> None:
    assert status_of(error("x")) == status
    assert str(title_of(status))


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [
        (RuntimeError("secret"), 500, "internal"),
        (http.NotFound(), 404, "missing_record"),
        (http.MethodNotAllowed(["GET", "POST"]), 405, "request.method"),
        (http.RequestEntityTooLarge(), 413, "request.too_large"),
        (http.BadRequest("secret"), 400, "request.refused"),
    ],
)
def test_foreign_exceptions_are_understood_and_tell_nothing(raised: Exception, status: int, code: str) -> None:
    error = understood(raised)
    assert (status_of(error), error.code) == (status, code)
    assert "secret" not in str(error)


def test_headers() -> None:
    assert headers_of(understood(http.MethodNotAllowed(["POST", "GET"]))) == {"Allow": "GET, POST"}
    assert "WWW-Authenticate" in headers_of(errors.AuthenticationError("x"))
    assert headers_of(errors.RetryableError("x")) == {"Retry-After": "1"}
    assert headers_of(errors.ValidationError("x")) == {}


def test_a_problem_tells_all_faults_and_no_file() -> None:
    where = errors.Where(addon="a", file="/secret/file.py", line=3, model="m.n", field="f", key="k")
    inner = errors.ValidationError("inner", faults=[errors.ValidationError("deep", field="d")])
    error = errors.ValidationError(
        "outer", hint="h", where=where, faults=[errors.ValidationError("one", field="o"), inner]
    )
    found = problem(error, str, "id-1")
    assert found["type"] == "urn:tangram:error:validation"
    assert (found["status"], found["detail"], found["hint"], found["model"], found["field"]) == (
        422,
        "outer",
        "h",
        "m.n",
        "f",
    )
    assert [fault["field"] for fault in found["faults"]] == ["o", "d"]
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    "error",
    [errors.UnknownFieldError("x"), errors.DomainError("x"), errors.ValidationError("x"), errors.DefinitionError("x")],
)
def test_what_is_wrong_with_a_query_is_400(error: errors.CoreError) -> None:
    with pytest.raises(RequestError) as caught, query_faults():
        raise error
    assert (caught.value.status, caught.value.code) == (400, error.code)


def test_a_missing_right_stays_what_it_is_in_a_query() -> None:
    with pytest.raises(errors.AccessDenied), query_faults():
        raise errors.AccessDenied("x")
