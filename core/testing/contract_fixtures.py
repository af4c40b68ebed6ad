"""What the tests of `core.testing.contract` work with; layer ``core.testing``, a pytest plugin like `core.testing.fixtures`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from core.testing.addon import Suite
from core.testing.checks import Subject, UnusableError, access, lifecycle, models, structure, texts, views
from core.testing.installation import Installations, TestedApplication

Check = Callable[..., Iterable[str]]

CHECKS: dict[str, Check] = {
    f"{module.__name__.rpartition('.')[2]}.{name}": function
    for module in (structure, models, access, views, texts, lifecycle)
    for name, function in vars(module).items()
    if callable(function) and getattr(function, "__module__", None) == module.__name__ and not name.startswith("_")
}
"""Every check by the name of its module and its own."""


class Contract:
    """Runs checks on the addon under test and fails with all faults found."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    def check(self, name: str, *more: Any) -> None:
        """Run one check.

        Args:
            name: Key of `CHECKS`.
            more: What the check needs beside the addon: an environment or an application.
        """
        try:
            faults = list(CHECKS[name](self.subject, *more))
        except UnusableError as error:
            pytest.skip(f"{self.subject.name} can't be loaded (see test_addon_can_be_loaded): {error}")
        if faults:
            listed = "\n".join(f"  - {fault}" for fault in faults)
            pytest.fail(
                f"{self.subject.name}: {name.partition('.')[2].replace('_', ' ')}? No:\n{listed}", pytrace=False
            )


@pytest.fixture(scope="session")
def tangram_subjects() -> dict[str, Subject]:
    """The addons looked at so far, by name."""
    return {}


@pytest.fixture
def contract(
    request: pytest.FixtureRequest, addon_name: str, tangram_suite: Suite, tangram_subjects: dict[str, Subject]
) -> Contract:
    """The contract of the addon under test."""
    if addon_name not in tangram_subjects:
        tangram_subjects[addon_name] = Subject(addon_name, tangram_suite.addons)
    subject = tangram_subjects[addon_name]
    subject.actions = getattr(request.cls, "actions", None)
    return Contract(subject)


@pytest.fixture
def copied_app(contract: Contract, tangram_engine: str, installations: Installations) -> Iterator[TestedApplication]:
    """An application on a copy of the database, for tests that commit."""
    _require(contract.subject)
    app = installations.open(installations.copy(contract.subject.name, tangram_engine))
    yield app
    app.close()


@pytest.fixture
def empty_app(contract: Contract, tangram_engine: str, installations: Installations) -> Iterator[TestedApplication]:
    """An application on an empty database."""
    _require(contract.subject)
    app = installations.open(installations.empty(tangram_engine))
    yield app
    app.close()


def _require(subject: Subject) -> None:
    try:
        _ = subject.assembly
    except UnusableError as error:
        pytest.skip(f"{subject.name} can't be loaded (see test_addon_can_be_loaded): {error}")
