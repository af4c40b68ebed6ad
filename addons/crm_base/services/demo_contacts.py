"""What the demo's salespeople did with their customers over the year, and their tasks around today."""

import datetime as dt
from typing import Any

from core.api import DemoYear

TALKS = (
    ("phone", "first", "首次电话联系，介绍公司与主要产品。", "约定下周上门拜访。"),
    ("visit", "needs", "上门拜访采购部，了解年度采购计划与预算。", "预算已批，计划下季度启动。"),
    ("mail", "offer", "发送产品资料与报价单。", "客户已收到，内部讨论中。"),
    ("im", "offer", "微信沟通价格与交期，客户希望账期延长到 45 天。", "待经理审批后答复。"),
    ("phone", "return", "电话回访，设备运行正常，硒鼓用量比预期大。", "推荐整盒采购。"),
    ("visit", "care", "节日拜访，赠送样品。", "关系融洽，推荐了一家同行。"),
    ("phone", "payment", "提醒到期货款。", "财务已排期，预计周五付款。"),
    ("phone", "needs", "了解新办公区的设备需求。", "需要打印机与办公桌椅，等平面图。"),
)
TASKS = (
    "准备报价单",
    "整理客户资料",
    "寄送样品",
    "核对对账单",
    "跟进合同盖章",
    "补充联系人信息",
    "安排安装时间",
    "提交周报",
)


def owned_customers(year: DemoYear) -> list[Any]:
    """Return the customers of the demo's salespeople."""
    return list(year.env["crm.customer"].search([["owner.login", "in", ["wang", "zhao", "lin"]]], order="id"))


def make_contacts(year: DemoYear) -> None:
    """Make follow-ups of the whole year and tasks around today."""
    owned = owned_customers(year)
    if not owned:
        return
    _follow_ups(year, owned)
    _tasks(year, owned)


def _follow_ups(year: DemoYear, owned: list[Any]) -> None:
    chance = year.chance("follow_ups")
    values = []
    for day in year.days("follow_ups", 300):
        customer = chance.choice(owned)
        channel, kind, content, result = chance.choice(TALKS)
        ahead = day + dt.timedelta(days=chance.randint(3, 14))
        values.append(
            {
                "customer": customer,
                "owner": customer.owner,
                "at": min(year.moment(day, chance.randint(9, 17), chance.randint(0, 59)), year.env.now()),
                "channel": year.choice("follow_up_channel", channel),
                "kind": year.choice("follow_up_kind", kind),
                "content": content,
                "result": result,
                "next_date": ahead if ahead >= year.today else None,
            }
        )
    year.env["crm.follow_up"].create(values)


def _tasks(year: DemoYear, owned: list[Any]) -> None:
    chance = year.chance("tasks")
    manager = (list(year.users("manager")) or [year.env.user])[0]
    tasks = year.env["crm.task"].create(
        [
            {
                "name": f"{chance.choice(TASKS)}（{customer.name[:4]}）",
                "owner": customer.owner,
                "giver": chance.choice((manager, customer.owner)),
                "customer": customer,
                "due": year.today + dt.timedelta(days=step % 18 - 4),
                "priority": chance.choice("2234"),
                "progress": chance.choice((0, 0, 20, 50)),
            }
            for step, customer in enumerate(chance.choices(owned, k=year.some(30)))
        ]
    )
    for step, task in enumerate(tasks):
        if step % 18 < 3:
            if task.giver is task.owner:
                task.complete()
            else:
                task.submit(result="已办妥。")
        elif step % 5 == 0:
            task.begin()
