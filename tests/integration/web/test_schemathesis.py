"""What schemathesis sends along the description of the API is answered as the description says, and never with 5xx.

Every call is tried with valid and with invalid data, on ids that exist and on others, as an ordinary user and as administrator; what one
call did is rolled back before the next, so that none takes the others' ground away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.testing.clock import Clock
from core.testing.installation import TestedApplication
from core.web.application import WebApplication
from tests.integration.web.conftest import PLENTY
from tests.integration.web.crm import Declared, key_of, make_crm

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def crm(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, database_names: Iterator[str]
) -> Iterator[TestedApplication]:
    """The CRM addons on each database, with a person for each group."""
    folder: Path = tmp_path_factory.mktemp("schemathesis")
    name = None
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'tangram.db'}"
    else:
        name = next(database_names)
        url = request.getfixturevalue("postgres").create_database(name)
    app = make_crm(url, folder, Declared(), lambda given: TestedApplication(given, clock=Clock()))
    assert isinstance(app, TestedApplication)
    yield app
    app.close()
    if name is not None:
        request.getfixturevalue("postgres").drop_database(name)


REPRESENTATIVE = frozenset(
    {
        "core.attachment",
        "core.audit",
        "core.dictionary.item",
        "core.group",
        "core.numbering",
        "core.user",
        "crm.contact",
        "crm.customer",
        "crm.order",
        "crm.order.line",
        "crm.point.entry",
    }
)
"""Models that between them have every kind of field, action and rule; ``make soak`` takes all models."""


@pytest.mark.rows("CORE-81")
@pytest.mark.soak
@pytest.mark.parametrize("role", ["crm_base.salesperson", "base.administrator", None])
def test_every_call_answers_as_described(
    crm: TestedApplication, role: str | None, campaign: Callable[[int, int], int]
) -> None:
    web = WebApplication(crm, limits=PLENTY)
    # The in-process transport of schemathesis unpacks nothing.
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    known = {**headers, "Authorization": f"Bearer {key_of(crm, role or 'base.administrator')}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", web, config=SchemathesisConfig(), headers=known)
    operations = [found.ok() for found in schema.get_all_operations()]
    if campaign(0, 1) == 0:
        operations = [operation for operation in operations if _model(operation.path) in REPRESENTATIVE]
    assert len(operations) > 20
    faults: list[str] = []
    rounds = campaign(1 if role is None else 2, 60)
    for operation in operations:
        with crm.shared.rolled_back():
            ids = _ids_of(crm, operation.path) if "{id}" in operation.path else [None]
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                try:
                    _try(operation, mode, ids, headers if role is None else known, rounds)
                except FailureGroup as group:
                    faults += [f"{operation.label}: {failure}" for failure in group.exceptions]
    assert not faults, "\n".join(faults)


def _model(path: str) -> str:
    return path.split("/")[3 if path.startswith("/api") else 1]


def _ids_of(crm: TestedApplication, path: str) -> list[int | None]:
    """Return an id that exists, if one does, and None for any."""
    with crm.env(readonly=True) as env:
        return [record.id for record in env[_model(path)].search([], limit=1)] + [None]


def _try(operation: Any, mode: GenerationMode, ids: list[int | None], headers: dict[str, str], rounds: int) -> None:
    """Send as many requests of one mode to one operation.

    Raises:
        FailureGroup: An answer is not as described.
    """
    cases = [
        operation.as_strategy(generation_mode=mode, path_parameters=None if each is None else {"id": each})
        for each in ids
    ]

    @settings(
        max_examples=rounds,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(st.one_of(cases))
    def send(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    send()
