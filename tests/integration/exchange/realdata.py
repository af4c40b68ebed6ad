"""The public data sets of ``../shared/data``: installing, importing, and asking for figures in three ways (CORE-63).

A `Door` answers the same questions through the environment, the HTTP API, or pages, so that one list of figures checks all of them.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.app import Application
from core.cli.import_set import steps_of
from core.config import Settings
from core.data.fileimport import FileBatch, FileImport
from core.testing.client import Client

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the public data sets of ../shared/data are not here")
_NO_BUSINESS = frozenset({"core.deletion", "core.numbering.counter", "core.session"})
"""Besides logs: the recycle bin, the numbers drawn (none comes twice, not even after an undo), and who is signed in."""
_STAMPS = frozenset({"version", "updated_at", "updated_by_id"})


def facts_of(name: str) -> dict[str, Any]:
    """Return the figures of a set."""
    found: dict[str, Any] = json.loads((DATA / "facts.json").read_text("utf-8"))[name]
    return found


@contextmanager
def installation(request: Any, folder: Path, addons: Sequence[str]) -> Iterator[Application]:
    """Give an installation of its own on the engine ``request.param``."""
    client = name = None
    url = f"sqlite:///{folder / 'real.db'}"
    if request.param == "postgresql":
        client = request.getfixturevalue("postgres")
        name = next(request.getfixturevalue("database_names"))
        url = client.create_database(name)
    app = Application(Settings(root=ROOT, database_url=url, data_dir=folder, language="en", timezone="Asia/Shanghai"))
    try:
        app.lifecycle().install(addons)
        with app.env() as env:
            env["core.user"].search([["login", "=", "admin"]])[0].update(must_change_password=False, language="en")
        yield app
    finally:
        app.close()
        if client is not None:
            client.drop_database(name)


class _UndoneError(Exception):
    pass


@contextmanager
def undone(app: Application) -> Iterator[Any]:
    """Give an environment of the system whose transaction is undone at the end of the block."""
    try:
        with app.env() as env:
            yield env
            raise _UndoneError
    except _UndoneError:
        pass


def bring(env: Any, plan: str, folder: Path, steps: int | None = None) -> list[tuple[int, int]]:
    """Import the first steps of a set, or all, as the command does; return created and changed of each."""
    told, batch = [], FileBatch(plan)
    for file, model, mapping in steps_of(ROOT / "config" / "imports" / f"{plan}.yaml", folder)[:steps]:
        done = env.registry.hooks.import_file(env, FileImport(file, model, mapping=mapping, batch=batch))
        told.append((done.created, done.updated))
    return told


def checksums(env: Any, *, stamps: bool = True) -> dict[str, str]:
    """Return a checksum of each table of business data, over all living rows; without stamps, what an undo moves on is left out."""
    found = {}
    env.flush()
    for name, info in env.registry.models.items():
        if info.is_log or name in _NO_BUSINESS:
            continue
        columns = [each for each in info.table.c if stamps or each.name not in _STAMPS]
        statement = sa.select(*columns).order_by(info.table.c.id)
        if info.recycle:
            statement = statement.where(info.table.c.deletion_id.is_(None))
        rows = env.connection.execute(statement).all()
        found[name] = hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
    return found


def top(found: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries of ``found`` that ``told`` names, if they are the greatest; of equal ones any will do."""
    greatest = sorted(found.values(), reverse=True)[: len(told)]
    named = {name: found[name] for name in told if name in found}
    return named if sorted(named.values(), reverse=True) == greatest else {"greatest": greatest}


class Door:
    """Asks through the environment."""

    def __init__(self, env: Any) -> None:
        self.env = env

    def read(self, model: str, fields: Sequence[str], domain: Any = ()) -> list[dict[str, Any]]:
        """Return fields and paths of records."""
        rows: list[dict[str, Any]] = self.env[model].read(list(domain), ["id", *fields], order="id")
        return rows

    def count(self, model: str, domain: Any = ()) -> int:
        """Return how many records there are."""
        return int(self.env[model].count(list(domain)))

    def groups(self, model: str, measure: str, by: Sequence[str], domain: Any = ()) -> list[dict[str, Any]]:
        """Return a measure such as ``amount:sum`` for each group."""
        field, _colon, how = measure.partition(":")
        rows: list[dict[str, Any]] = self.env[model].aggregate(list(domain), {field: how}, list(by))
        return rows

    def by(self, model: str, measure: str, path: str, domain: Any = ()) -> dict[Any, Any]:
        """Return a measure by the values of one path: whole numbers for counts, else decimals."""
        field = measure.partition(":")[0]
        rows = self.groups(model, measure, [path], domain)
        return {row[path]: row[field] if field == "id" else Decimal(str(row[field] or 0)) for row in rows}

    def total(self, model: str, measure: str, domain: Any = ()) -> Decimal:
        """Return a measure over all records."""
        (row,) = self.groups(model, measure, [], domain)
        return Decimal(str(row[measure.partition(":")[0]] or 0))


class ApiDoor(Door):
    """Asks through the HTTP API."""

    def __init__(self, env: Any, client: Client) -> None:
        super().__init__(env)
        self.client = client

    def read(self, model: str, fields: Sequence[str], domain: Any = ()) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            query = {"domain": list(domain), "fields": list(fields), "order": "id", "limit": 1000, "offset": len(found)}
            answer = self._get(model, **query)
            found += answer["records"]
            if len(found) >= answer["total"]:
                return found

    def count(self, model: str, domain: Any = ()) -> int:
        return int(self._get(model, domain=list(domain), limit=0)["total"])

    def groups(self, model: str, measure: str, by: Sequence[str], domain: Any = ()) -> list[dict[str, Any]]:
        answer = self._get(f"{model}/aggregate", domain=list(domain), measures=measure, by=list(by))
        assert not answer["more"]
        groups: list[dict[str, Any]] = answer["groups"]
        return groups

    def _get(self, path: str, **query: Any) -> Any:
        return self.client.get_json(f"/api/v1/{path}", **query)


def page(client: Client, model: str, **query: Any) -> str:
    """Return the page of a list or chart, without the filters that it begins with."""
    answer = client.request("GET", f"/records/{model}", query={"f": "-", **query}, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    return str(answer.get_data(as_text=True))


def listed(client: Client, model: str, domain: Any) -> tuple[int, Decimal | None]:
    """Return what stands at the foot of a list: how many records, and the sum of the first column that has one."""
    text = page(client, model, domain=domain, totals="1")
    count = re.search(r'id="total">([\d,]+)<', text)
    total = re.search(r'Total of all.*?<b class="num">([\d,.]+)</b>', text, re.DOTALL)
    assert count
    return int(count[1].replace(",", "")), Decimal(total[1].replace(",", "")) if total else None


def charted(client: Client, model: str, measure: str, by: str, domain: Any = ()) -> dict[str, Decimal]:
    """Return the table beside a chart: what stands in its rows, by their headings."""
    text = page(client, model, view="chart", measure=measure, by=by, domain=list(domain))
    table = re.search(r'<table class="tbl figures">.*?</table>', text, re.DOTALL)
    assert table
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td class="n">(.*?)</td>', table[0], re.DOTALL)
    plain: Callable[[str], str] = lambda cell: html.unescape(re.sub(r"<[^>]*>", "", cell)).strip()  # noqa: E731 - used twice
    return {plain(name): Decimal(plain(value).replace(",", "")) for name, value in rows}
