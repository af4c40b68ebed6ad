"""The pages: upload, columns, trial run, proposals, import, undo; rights and bad input."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from core.app import Application
from core.orm.environment import SYSTEM_UID
from core.testing.client import Client

URL = "/x/base_exchange/import/acme.asset"
TEXT = "资产名称,类型,价格,部门\n甲,机器人,1,\n乙,工具,x,\n丙,工具,3,\n"


@pytest.fixture(scope="module")
def people(app: Application) -> None:
    with app.env() as env:
        for login, group in (("page_clerk", "clerk"), ("page_reader", "reader")):
            env["core.user"].create({"name": login, "login": login, "groups": [env.ref(f"acme_assets.{group}").id]})


@pytest.fixture
def client(app: Application, people: None) -> Iterator[Client]:
    client = Client(app, "page_clerk")
    client.headers["Accept"] = "text/html"
    yield client
    with app.env() as env:
        for model in ("acme.asset", "base.import.mapping", "base.import"):
            env[model].delete(env[model].search())


def send(client: Client, text: str | bytes = TEXT, name: str = "资产.csv") -> Any:
    content = text.encode("gbk") if isinstance(text, str) else text
    return client.request("POST", URL, data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def form(client: Client, path: str, **data: str) -> Any:
    return client.request("POST", path, data=data)


def run_of(answer: Any) -> str:
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


@pytest.mark.rows("CORE-63", "CORE-24")
def test_a_file_is_brought_in_step_by_step_and_taken_back(client: Client, app: Application) -> None:
    assert "资产" in client.get(URL).get_data(as_text=True)
    run = run_of(send(client))
    page = client.get(run).get_data(as_text=True)
    assert "GB18030" in page
    chosen = {f"c{place}": target for place, target in enumerate(("name", "kind", "", ""))}
    refused = form(client, f"{run}/check", **{**chosen, "c0": ""})
    assert refused.status_code == 422
    chosen["c2"] = "price"
    assert run_of(form(client, f"{run}/check", **chosen)) == run
    page = client.get(run).get_data(as_text=True)
    assert "机器人" in page
    assert re.search(r'<option value="机器"[^>]*>', page)
    run_of(form(client, f"{run}/adopt", all="1"))
    assert "机器人" not in client.get(run).get_data(as_text=True)
    run_of(form(client, f"{run}/start", errors="skip"))
    page = client.get(run).get_data(as_text=True)
    bad_rows = re.search(r'href="(/files/[^"]+)"', page)
    assert bad_rows
    assert "乙,工具,x" in client.get(bad_rows[1]).get_data(as_text=True)
    with app.env() as env:
        assert env["acme.asset"].search().mapped("kind") == ["machine", "tool"]
    run_of(form(client, f"{run}/undo"))
    assert client.get(run).status_code == 200
    with app.env() as env:
        assert env["acme.asset"].count() == 0
    assert form(client, f"{run}/undo").status_code == 409


def test_a_large_file_is_worked_off_by_a_job_and_the_page_tells_how_far(client: Client, app: Application) -> None:
    run = run_of(send(client, "名称\n" + "".join(f"物{number}\n" for number in range(2100))))
    run_of(form(client, f"{run}/check", c0="name"))
    number = int(run.rsplit("/", 1)[1])
    assert f'hx-get="{run}/progress"' in client.get(run).get_data(as_text=True)
    assert 'hx-trigger="every 1s"' in client.get(f"{run}/progress").get_data(as_text=True)
    with app.env() as env:
        job = env["core.job"].get(env["base.import"].get(number).job)
        assert (job.name, job.payload["is_trial"]) == ("base_exchange.run_import", True)
        uid = env.database.resolve_user(env, "page_clerk")
    definition = app.jobs(app.database().registry()).get("base_exchange.run_import")
    told: list[int] = []

    class Told:
        def progress(self, done: int, total: int) -> None:
            told.append(done)

    app.database().run(uid, lambda env: definition.function(env=env, job=Told(), import_id=number, is_trial=True))
    assert told == [1000, 2000, 2100]
    assert "data-ex-over" in client.get(f"{run}/progress").get_data(as_text=True)
    assert "2,100" in client.get(run).get_data(as_text=True)


def test_who_may_not_import_finds_neither_the_link_nor_the_page(client: Client, app: Application) -> None:
    assert URL in client.get("/records/acme.asset").get_data(as_text=True)
    run = run_of(send(client))
    client.log_in("page_reader")
    assert URL not in client.get("/records/acme.asset").get_data(as_text=True)
    assert client.get(URL).status_code == 403
    assert send(client).status_code == 403
    assert client.get(run).status_code == 404
    assert form(client, f"{run}/start").status_code == 404
    assert client.get("/x/base_exchange/import/core.parameter").status_code == 403
    assert client.get("/x/base_exchange/import/no.model").status_code == 404


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04broken", b"name\n", ("x," * 600 + "\n").encode() * 2]
)
def test_a_file_that_can_not_be_read_is_refused_and_not_kept(client: Client, app: Application, content: bytes) -> None:
    def kept() -> int:
        with app.env() as env:
            return int(env["base.import"].count())

    before = kept()
    answer = send(client, content)
    assert answer.status_code == 422
    assert "er0" in answer.get_data(as_text=True)
    assert kept() == before
    assert form(client, URL).status_code in (400, 422)


def test_bad_parameters_are_refused(client: Client) -> None:
    run = run_of(send(client))
    assert form(client, f"{run}/read", encoding="ebcdic").status_code == 422
    assert form(client, f"{run}/read", encoding="big5", header_row="1").status_code in (303, 422)
    assert form(client, f"{run}/check", c0="id", c1="no_field").status_code == 422
    assert form(client, f"{run}/check", c0="name", key="code").status_code == 422
    assert form(client, f"{run}/check", c0="name", existing="destroy").status_code == 422
    assert form(client, f"{run}/adopt", p0="x").status_code == 409
    assert client.get("/x/base_exchange/run/999999").status_code == 404


def test_pages_ask_the_database_little(client: Client, app: Application) -> None:
    run = run_of(send(client))
    run_of(form(client, f"{run}/check", c0="name", c1="kind"))
    engine = app.database().engine
    sent: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *words: sent.append(words[2]))
    for path, most in ((URL, 12), (f"{run}/mapping", 16), (run, 16)):
        client.get(path)
        sent.clear()
        assert client.get(path).status_code == 200
        assert len(sent) <= most, (path, len(sent))


def test_the_import_shows_in_the_list_of_imports(client: Client, app: Application) -> None:
    run_of(send(client))
    assert "资产.csv" in client.get("/records/base.import").get_data(as_text=True)
    with app.env(readonly=True) as env:
        number = env["base.import"].search(limit=1)[0].id
        assert env.uid == SYSTEM_UID
    assert f"/x/base_exchange/run/{number}" in client.get(f"/records/base.import/{number}").get_data(as_text=True)
