"""Every block of code in the how-to guides runs; every command they name exists with its options."""

import contextlib
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from core.api import Application, ValidationError
from core.base.services.event_sending import signature
from core.cli.main import cli
from core.config import load_settings
from core.jobs import Runner
from core.orm import fields
from core.orm.environment import Environment
from core.testing.client import Client
from tests.docs.blocks import ROOT, blocks, write_files

HOW_TO = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "how-to").glob("*.md"))
TESTED_HERE = {
    "add-a-field-kind.md",
    "add-a-hook.md",
    "add-a-page.md",
    "notify-users.md",
    "put-a-transition-under-approval.md",
    "receive-events.md",
    "send-and-remind.md",
    "trace-what-runs.md",
    "write-a-migration.md",
    "write-a-widget.md",
}
"""Guides with Python; each has a test of its own below."""


def test_every_guide_with_python_has_a_test():
    assert {Path(page).name for page in HOW_TO if blocks(page, "python")} == TESTED_HERE


def test_the_kind_of_field_takes_and_refuses_what_the_guide_says():
    (block,) = blocks("docs/how-to/add-a-field-kind.md", "python")
    names: dict[str, Any] = {"__name__": "guide"}
    exec(block.text, names)
    color = names["Color"]("Shade")
    assert isinstance(color, fields.Field)
    assert color.convert("#FF8800") == "#ff8800"
    assert color.convert(None) is None
    with pytest.raises(ValidationError):
        color.convert("orange")


def test_the_receiver_of_the_guide_knows_what_we_signed():
    (block,) = blocks("docs/how-to/receive-events.md", "python")
    names: dict[str, Any] = {"__name__": "guide"}
    exec(block.text, names)
    signed = signature("secret", "1764167400", b'{"event": "test"}')
    assert names["is_genuine"]("secret", "1764167400", signed, b'{"event": "test"}')
    assert not names["is_genuine"]("secret", "1764167401", signed, b'{"event": "test"}')
    assert not names["is_genuine"]("other", "1764167400", signed, b'{"event": "test"}')


def test_the_hook_of_the_guide_reaches_the_other_addon(
    app: Application, addons: Path, write_addon: Callable[..., Path]
):
    write_addon("shop")
    write_addon("shop_points", depends=("shop",))
    write_files("docs/how-to/add-a-hook.md", addons)
    app.lifecycle().install(["shop_points"])
    with app.env() as env:
        sale = env["shop.sale"].create({"amount": "12.50"})
        sale.close()
        assert sale.points == 12


@pytest.fixture
def shop(app: Application, addons: Path, write_addon: Callable[..., Path]) -> Callable[[str], Client]:
    """Installs the addon ``shop`` as a guide shows it, ``(guide)``, and returns a client of its administrator."""

    def install(guide: str) -> Client:
        write_addon("shop")
        write_files(f"docs/how-to/{guide}", addons)
        app.lifecycle().install(["shop"])
        with app.env() as env:
            role = env.ref("base.administrator")
            env["core.user"].create({"name": "Chief", "login": "chief", "language": "en", "groups": [role]})
        return Client(app, "chief")

    return install


def test_the_widget_of_the_guide_draws_cell_form_and_input(shop: Callable[[str], Client]):
    client = shop("write-a-widget.md")
    number = client.post_json("/api/v1/shop.visit", {"name": "First", "rating": 7})["id"]

    def page(path: str) -> str:
        answer = client.request("GET", path, headers={"Accept": "text/html"})
        assert answer.status_code == 200
        return str(answer.get_data(as_text=True))

    assert '<meter min="0" max="10" value="7"' in page("/records/shop.visit")
    assert '<meter min="0" max="10" value="7"' in page(f"/records/shop.visit/{number}")
    assert 'name="rating"' in page(f"/records/shop.visit/{number}/edit")


def test_the_addresses_of_the_guide_answer_data_and_refuse_what_is_missing(shop: Callable[[str], Client]):
    client = shop("add-a-page.md")
    client.post_json("/x/shop/sales", {"amount": "12.50"})
    assert client.get_json("/x/shop/total")["count"] == 1
    assert client.post("/x/shop/sales", json={}).status_code == 422
    assert client.get_json("/x/shop/total")["count"] == 1
    sale = client.post_json("/x/shop/sales", {"amount": "12000"})["id"]
    page = client.request("GET", f"/records/shop.sale/{sale}", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "A large sale." in page and f'formaction="/x/shop/praise/{sale}"' in page


def test_the_message_of_the_guide_reaches_the_seller(app: Application, shop: Callable[[str], Client]):
    client = shop("notify-users.md")
    with app.env("chief") as env:
        sale = env["shop.sale"].create({"amount": "99.00", "seller": env.user})
        env.flush()
        sale.praise()
    page = client.request("GET", "/notifications", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "A large sale" in page


def test_the_messages_of_the_guide_leave_by_mail_and_its_gateway_and_its_kind_reminds(
    app: Application, addons: Path, write_addon: Callable[..., Path]
):
    write_addon("shop", depends=("base_mail",))
    write_files("docs/how-to/send-and-remind.md", addons)
    app.lifecycle().install(["shop"])
    runner = Runner(app, app.carrier, watched=False)
    with app.env() as env:
        values = {"customer": "Zoe", "mail": "zoe@example.org", "phone": "10086", "pay_by": env.today()}
        sale = env["shop.sale"].create({**values, "seller": env.ref("base.admin")})
        env.flush()
        sale.dun()
        env.defer("base_mail.make_reminders")
        jobs = env.registry["core.job"].table
        waiting = [row.id for row in env.connection.execute(jobs.select().order_by(jobs.c.id))]
    for number in waiting:
        runner.run("default", number)
    with app.env() as env:
        sent = {message.channel: message for message in env["base.mail.message"].search()}
        assert (sent["sms"].state, str(sent["sms"].cost)) == ("sent", "0.0500")
        # There is no mail account.
        assert sent["mail"].state == "failed"
        assert env["base.reminder"].search().mapped("title") == [env["shop.sale"].search()[0].display_name]
        assert env["base.mail.rule"].search().mapped("name") == ["A sale is paid"]


OLD_PERSON = '''
from core.api import Model, fields


class Person(Model):
    """A person."""

    _name = "shop.person"

    full_name = fields.Char()
'''


def test_the_migration_of_the_guide_keeps_the_names(app: Application, write_addon: Callable[..., Path]):
    folder = write_addon("shop")
    (folder / "models").mkdir()
    (folder / "models" / "person.py").write_text(OLD_PERSON)
    app.lifecycle().install(["shop"])
    with app.env() as env:
        env["shop.person"].create({"full_name": "Ann Lee"})
    write_addon("shop", version="1.1.0")
    (folder / "models" / "person.py").write_text(OLD_PERSON.replace("full_name = ", "name = "))
    write_files("docs/how-to/write-a-migration.md", folder)
    app.lifecycle().upgrade(["shop"])
    with app.env() as env:
        assert env["shop.person"].search().mapped("name") == ["Ann Lee"]


def test_the_trace_of_the_guide_shows_steps_and_shares(app: Application, capsys: pytest.CaptureFixture[str]):
    (block,) = blocks("docs/how-to/trace-what-runs.md", "python")
    app.lifecycle().install()
    with app.env() as env:
        exec(block.text, {"env": env, "__name__": "guide"})
    shown = capsys.readouterr().out
    assert "flush" in shown
    assert "core" in shown
    assert isinstance(env, Environment)


def test_the_settings_of_the_deployment_guide_are_valid(tmp_path: Path):
    (block,) = blocks("docs/how-to/deploy.md", "yaml")
    assert yaml.safe_load(block.text)["secure_cookies"] is True
    path = tmp_path / "production.yaml"
    path.write_text(block.text)
    assert load_settings(path, environ={}).trusted_proxies == 1


def commands() -> list[tuple[str, str]]:
    return [
        (page, line)
        for page in [*HOW_TO, "README.md"]
        for block in blocks(page, "console")
        for line in block.text.splitlines()
        if line.startswith("tangram ")
    ]


@pytest.mark.parametrize(("guide", "line"), commands())
def test_commands_of_the_guides_exist_with_their_options(guide: str, line: str):
    words = shlex.split(line, comments=True)[1:]
    group: click.Group = cli
    context = group.make_context("tangram", words, resilient_parsing=True)
    while True:
        name, command, words = group.resolve_command(context, words)
        assert command is not None, f"{guide}: {name}"
        if not isinstance(command, click.Group):
            break
        group = command
    # Parsed, not run: files it names need not exist.
    with contextlib.suppress(click.BadParameter):
        command.make_context(name, words)


def test_the_flow_of_the_guide_holds_large_sales_until_they_are_approved(
    app: Application, addons: Path, write_addon: Callable[..., Path]
):
    write_addon("shop")
    write_files("docs/how-to/put-a-transition-under-approval.md", addons)
    app.lifecycle().install(["shop", "crm_approval"])
    code = next(
        block.text
        for block in blocks("docs/how-to/put-a-transition-under-approval.md", "python")
        if "history_of" in block.text
    )
    with app.env() as env:
        administrators = env["core.group"].search([["key", "=", "base.administrator"]]).ids
        chief = env["core.user"].create({"name": "Li", "login": "li", "groups": administrators})
        env["core.user"].create({"name": "Zoe", "login": "zoe", "groups": administrators, "superior": chief})
    with app.env("zoe") as env:
        small, large = (
            env["shop.sale"].create({"name": name, "lines": [{"price": price}]})
            for name, price in (("Small", "9999.99"), ("Large", "10000"))
        )
        env.flush()
        assert small.confirm() is None
        assert small.state == "confirmed"
        approver = env.as_user("li")
        exec_names: dict[str, Any] = {"sale": large, "env": approver}
        imports, _blank, calls = code.partition("\n\n")
        exec(imports, exec_names)
        exec(calls.partition("decide(")[0], exec_names)
        assert large.state == "in_approval"
        exec_names["task_id"] = env["crm.approval.task"].search([["state", "=", "waiting"]])[0].id
        exec("decide(" + calls.partition("decide(")[2], exec_names)
        assert large.state == "confirmed"
        assert [(entry.approver, entry.words) for entry in exec_names["history_of"](large)] == [
            ("Li", "Approved"),
            ("", "Skipped"),
        ]
