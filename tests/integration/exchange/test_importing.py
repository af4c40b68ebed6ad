"""A model of an addon without a line for it is imported, in Chinese, with relations, keys, rights and rules."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from addons.base_exchange.services import imports
from addons.base_exchange.services.run import BATCH
from addons.base_exchange.tests.sheets import ods, xlsx
from core.errors import AccessDenied, ValidationError
from core.orm.engine import statements_of

HEADINGS = ["资产名称*", "编码", "类型", "单价（元）", "购买日期", "已投保", "保管人"]


def faults(record: Any) -> dict[str, tuple[int, list[str]]]:
    """Return what is wrong: value or field → (rows, proposals)."""
    return {g["value"] or g["field"]: (g["count"], list(g["proposals"])) for g in record.report["groups"]}


@pytest.mark.rows("CORE-63")
@pytest.mark.parametrize("write", ["gbk", "big5", "utf-16", "xlsx", "ods"])
def test_the_same_table_comes_in_from_every_kind_of_file(env: Any, bring: Any, write: str) -> None:
    day: Any = datetime.date(2026, 11, 26)
    rows = [
        ["资产登记表"],
        HEADINGS,
        ["车床", "A-1", "机器", 12345.5, day, "是", "admin"],
        ["锤子", "A-2", "tool", 80, day, "否", None],
    ]
    if write == "xlsx":
        content = xlsx(rows)
    elif write == "ods":
        content = ods(rows)
    else:
        lines = [
            "资产登记表",
            ",".join(HEADINGS),
            '车床,A-1,机器,"￥12,345.50",2026年11月26日,是,admin',
            "锤子,A-2,tool,80,26.11.2026,否,",
        ]
        text = "\r\n".join(lines)
        if write == "big5":
            text = (
                text.replace("资产", "資產")
                .replace("登记", "登記")
                .replace("编码", "編碼")
                .replace("类型", "类型")
                .replace("车", "車")
            )
            text = (
                text.replace("名称", "名稱")
                .replace("锤", "錘")
                .replace("机器", "Machine")
                .replace("单价", "單價")
                .replace("购买日期", "Bought on")
            )
            text = (
                text.replace("类型", "Kind")
                .replace("编码", "Code")
                .replace("編碼", "Code")
                .replace("單價", "Price")
                .replace("保管", "保管")
                .replace("已投保", "Insured")
            )
            text = text.replace("2026年11月26日", "2026/11/26").replace("￥", "").replace("資產名稱*", "Name")
        content = text.encode(write)
    record = bring(content)
    assert (record.state, record.created_count) == ("done", 2), record.report
    first, second = env["acme.asset"].search([["code", "in", ["A-1", "A-2"]]])
    assert (first.kind, first.price, first.bought_on, first.insured) == ("machine", Decimal("12345.50"), day, True)
    assert first.keeper.login == "admin"
    assert (second.kind, second.price, second.insured, second.keeper) == ("tool", Decimal("80.00"), False, None)


def test_a_trial_writes_nothing_and_tells_faults_with_proposals(env: Any, bring: Any) -> None:
    env["core.department"].create({"name": "销售部"})
    text = "名称,类型,单价,购买日期,部门\n甲,机床,abc,26年4月,销售\n乙,机器人,1,3/5,销售部\n,tool,1,2026-01-01,\n"
    record = bring(text, trial=True, targets={"部门": "department"})
    assert record.state == "checked"
    assert record.created_count == 0
    assert env["acme.asset"].count() == 0
    found = faults(record)
    assert found["机器人"] == (1, ["机器"])
    assert found["abc"] == (1, [])
    assert found["26年4月"] == (1, ["2026-04-01"])
    assert found["3/5"] == (1, [f"{env.today().year}-03-05"])
    assert found["销售"] == (1, ["销售部"])
    assert found["name"] == (1, [])
    assert record.report["counts"]["wrong"] == 3


def test_one_wrong_row_stops_everything_or_comes_back_as_a_file(env: Any, bring: Any) -> None:
    text = "名称,单价\n甲,1\n乙,x\n'=丙,3\n丁,-y\n"
    assert bring(text).state == "refused"
    assert env["acme.asset"].count() == 0
    record = bring(text, errors="skip")
    assert (record.state, record.created_count, record.wrong_count) == ("done", 2, 2)
    assert env["acme.asset"].search().mapped("name") == ["甲", "=丙"]
    content = b"".join(imports.read_attachment(env, record.bad_rows)).decode()
    assert content.startswith("\ufeff名称,单价,原因\r\n乙,x,")
    assert "'-y" in content
    again = bring(content.replace(",x,", ",2,").replace("'-y", "4"))
    assert (again.state, again.created_count) == ("done", 2), again.report
    assert env["acme.asset"].search([["name", "=", "丁"]])[0].price == 4


def test_a_key_changes_what_is_there_and_creates_the_rest(env: Any, bring: Any) -> None:
    old = env["acme.asset"].create({"name": "旧", "code": "K1", "price": 5, "note": "keep"})
    text = "编码,名称,单价,note\nK1,新,,\nK2,另一个,7,x\nK2,又一个,,\n,无,,\n"
    record = bring(text, key=["code"], errors="skip")
    assert (record.created_count, record.updated_count, record.wrong_count) == (1, 2, 1)
    assert (old.name, old.price, old.note) == ("新", 5, "keep")
    assert env["acme.asset"].search([["code", "=", "K2"]])[0].name == "又一个"
    bring("编码,名称,单价,note\nK1,更新,9,\n", key=["code"], existing="fill", empty="clear")
    assert (old.name, old.price, old.note) == ("新", 5, "keep")
    bring("编码,名称,单价,note\nK1,更新,9,\n", key=["code"], existing="overwrite", empty="clear", insert=False)
    assert (old.name, old.price, old.note) == ("更新", 9, None)


def test_relations_are_found_by_name_code_or_external_id_and_made_on_request(env: Any, bring: Any) -> None:
    main = env["acme.asset"].create({"name": "主机", "code": "M-1"})
    env["core.team"].create([{"name": "一组"}, {"name": "二组"}])
    text = "名称,parent,保管人,teams,department,unit\n甲,M-1,base.admin,一组；二组,新部门,个\n乙,主机,admin,,新部门,piece\n"
    record = bring(text, create=("department",))
    assert record.state == "done", record.report
    first, second = env["acme.asset"].search([["name", "in", ["甲", "乙"]]])
    assert first.parent is second.parent is main
    assert first.keeper.login == second.keeper.login == "admin"
    assert sorted(first.teams.mapped("name")) == ["一组", "二组"]
    assert first.department is second.department
    assert first.unit is second.unit is not None
    env["acme.asset"].create({"name": "主机"})
    twice = bring("名称,parent\n丙,主机\n", trial=True)
    assert faults(twice)["主机"] == (1, ["M-1"])


def test_rights_and_rules_hold_for_each_row(env: Any, bring: Any, as_user: Any) -> None:
    clerk, reader = as_user("li", "acme_assets.clerk"), as_user("wang", "acme_assets.reader")
    with pytest.raises(AccessDenied):
        bring("名称\n甲\n", who=reader)
    record = bring("名称,单价\n便宜,10\n贵重,5000\n", who=clerk, errors="skip")
    assert (record.created_count, record.wrong_count) == (1, 1)
    # A field that may not be written is not offered, and can't be forced.
    with pytest.raises(ValidationError, match="secret"):
        bring("名称,secret\n甲,x\n", who=clerk, targets={"secret": "secret"}).report  # noqa: B018
        raise ValidationError(env.as_user(1)["base.import"].search(limit=1)[0].report["error"])
    # A record that may not be seen is not found, and the name that is taken is told without a word about it.
    env["acme.asset"].create({"name": "贵重", "code": "X", "price": 9999})
    hidden = bring("编码,名称\nX,我的\n", who=clerk, key=["code"], errors="skip")
    assert (hidden.updated_count, hidden.created_count, hidden.wrong_count) == (0, 0, 1)


@pytest.mark.rows("CORE-60", "CORE-61")
def test_rules_of_the_administrator_refuse_and_remind(env: Any, bring: Any) -> None:
    env["core.field_rule"].create({"model": "acme.asset", "field": "code", "pattern": "[A-Z]-[0-9]+"})
    env["core.duplicate_rule"].create(
        [
            {"model": "acme.asset", "field_names": ["code"], "compare": "text", "policy": "forbid"},
            {"model": "acme.asset", "field_names": ["name"], "compare": "name", "policy": "remind"},
        ]
    )
    env["acme.asset"].create({"name": "海洋科技有限公司", "code": "A-1"})
    rows = "".join(f"物品{number},B-{number}\n" for number in range(20))
    record = bring(
        f"名称,编码\n{rows}海洋 科技,A-2\n丙,A-1\n丁,wrong\n戊,B-3\n物品4,A-5\n", errors="skip", duplicates="import"
    )
    assert (record.created_count, record.wrong_count) == (22, 3), record.report
    assert record.report["counts"]["alike"] == 2
    assert [each["row"] for each in record.report["alike"]] == [22, 26]
    skipped = bring("名称,编码\n海洋科技,A-7\n", duplicates="skip")
    assert (skipped.created_count, skipped.skipped_count) == (0, 1)


def test_accepted_proposals_and_the_mapping_are_kept_for_the_next_file(env: Any, bring: Any, app: Any) -> None:
    record = bring("公司资产,说明\n甲,x\n", targets={"公司资产": "name", "说明": "note"})
    assert record.state == "done"
    number = imports.start(env, "acme.asset", "second.csv", "说明,公司资产,别的\ny,乙,1\n".encode())
    plan = env.as_user(1)["base.import"].get(number).plan
    assert [column["target"] for column in plan["columns"]] == ["note", "name", None]
    number = imports.start(env, "acme.asset", "third.csv", "公司资产,说明\n丙,z\n".encode())
    assert env.as_user(1)["base.import"].get(number).analysis["is_remembered"] is True


def test_a_batch_takes_few_statements_whatever_its_size(env: Any, bring: Any) -> None:
    """The sample model has a constraint, so records are made; still no statement is sent for each row."""
    env["core.department"].create([{"name": f"部门{number}"} for number in range(10)])

    def cost(rows: int) -> int:
        before = statements_of(env.connection).number
        lines = "".join(f"物{number},部门{number % 10},admin,个\n" for number in range(rows))
        assert bring(f"名称,department,保管人,unit\n{lines}").created_count == rows
        return statements_of(env.connection).number - before

    cost(20)
    one, two = cost(BATCH), cost(2 * BATCH)
    # The driver of PostgreSQL takes so many parameters that a thousand records come in some fifty statements.
    most = 14 if env.connection.dialect.name == "sqlite" else 60
    assert two - one <= most, (one, two)


def test_every_import_and_undo_is_in_the_audit_log(env: Any, bring: Any) -> None:
    record = bring("名称\n甲\n")
    imports.execute_undo(env, record.id, keep_changed=False)
    noted = env["core.audit"].read([["model", "=", "acme.asset"]], ["kind"], order="id desc", limit=3)
    assert [row["kind"] for row in noted] == ["undo_import", "purge", "import"]
