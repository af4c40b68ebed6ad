"""Fixtures of every test of this repository: an empty database on each engine, no network, no mail, cheap passwords and
registries, the size of campaigns.
"""

from __future__ import annotations

import ipaddress
import itertools
import os
import socket
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from core.base.services import passwords
from core.orm.composition import Composition, Compositions, Declared
from core.testing.postgres import PostgresClient

KEPT = 6
"""Compositions of models held; one of all addons takes some 20 MB."""
ONE_OF = Compositions.of
MAIL_PORTS = {25, 465, 587}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of the test's own, on SQLite and then on PostgreSQL; gone afterwards."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'tangram.db'}"
        return
    make: Callable[[], str] = request.getfixturevalue("create_postgres_database")
    yield make()


@pytest.fixture(scope="session")
def database_names(request: pytest.FixtureRequest) -> Iterator[str]:
    """Names for databases that no other worker and no other run on the same server uses."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    return (f"tangram_test_{os.getpid()}_{worker}_{number}" for number in itertools.count(1))


@pytest.fixture
def create_postgres_database(postgres: PostgresClient, database_names: Iterator[str]) -> Iterator[Callable[..., str]]:
    """A factory of databases on PostgreSQL, ``(template=None) -> URL``; all are dropped after the test."""
    made: list[str] = []

    def create(template: str | None = None) -> str:
        made.append(next(database_names))
        return postgres.create_database(made[-1], template)

    yield create
    for name in made:
        postgres.drop_database(name)


@pytest.fixture
def campaign() -> Callable[[int, int], int]:
    """The rounds of a long campaign: ``campaign(sample, full)`` is the sample in ``make test``, all in ``make soak``."""
    return lambda sample, full: full if os.environ.get("TANGRAM_SOAK") else sample


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hash passwords with the least work there is: what tests say holds for any, and a real one takes a tenth of a second."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "PasswordHasher", cheap)
        yield


@pytest.fixture(scope="session", autouse=True)
def kept_compositions() -> Iterator[None]:
    """Hold the last few compositions of models, for the next test with the same addons to have at once."""
    kept: deque[Composition] = deque(maxlen=KEPT)
    shared = Compositions()

    def of(_own: Compositions, declared: Declared) -> Composition:
        made = ONE_OF(shared, declared)
        if made not in kept:
            kept.append(made)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Compositions, "of", of)
        yield


@pytest.fixture
def forgotten_compositions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold no composition of models in this test that no registry holds."""
    monkeypatch.setattr(Compositions, "of", ONE_OF)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections to other machines and to any mail server; unix sockets and the loopback stay open.

    The refusal is no `OSError`, so that no code under test can take it for an ordinary failure and go on.
    """

    def guarded(method: Callable[..., Any]) -> Callable[..., Any]:
        def connect(sock: socket.socket, address: Any) -> Any:
            if sock.family != socket.AF_UNIX and not is_allowed(address[0], address[1]):
                pytest.fail(f"a test tried to reach {address[0]}:{address[1]}")
            return method(sock, address)

        return connect

    monkeypatch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
    look_up = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if host and not is_allowed(host, port):
            pytest.fail(f"a test tried to look up {host}:{port}")
        return look_up(host, port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def is_allowed(host: str | bytes, port: Any) -> bool:
    """Whether tests may connect there: this machine, but not its mail server."""
    name = host.decode() if isinstance(host, bytes) else host
    if port in MAIL_PORTS or str(port) in {"smtp", "smtps", "submission", *map(str, MAIL_PORTS)}:
        return False
    if name in {"localhost", ""}:
        return True
    try:
        address = ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
