"""The calendar of the demo's people: calls, visits and meetings of the weeks behind and ahead, and what they have among themselves."""

import datetime as dt
from typing import Any

from addons.crm_base.services.demo_contacts import owned_customers
from core.api import DemoYear

WEEKS = 4
"""Behind today and ahead of it."""
KINDS = ("call", "call", "visit", "visit", "meeting", "demonstration")
SUBJECTS = {
    "call": ("确认交期与送货地址", "提醒到期货款", "回访使用情况", "约定上门时间", "了解采购进度"),
    "visit": ("上门拜访", "季度回访", "安装验收", "走访新办公区"),
    "meeting": ("方案交流", "合同条款沟通", "年度框架洽谈", "验收会"),
    "demonstration": ("产品演示", "样机试用讲解"),
}
RESULTS = {
    "call": ("客户确认下周收货。", "财务已排期，预计周五付款。", "使用正常，暂无新需求。", "约定下周上门。"),
    "visit": ("客户反馈良好，下周继续跟进。", "了解到下季度有扩容计划。", "安装完成，客户已签收。"),
    "meeting": ("价格与账期基本达成一致，待客户内部审批。", "客户要求补充售后条款。", "双方确认了交货计划。"),
    "demonstration": ("客户对双面打印速度满意，要求报价。", "试用两周后再决定。"),
}
SLOTS = ((9, 0), (11, 0), (13, 30), (15, 30))
"""Nobody is at two places at once: no kind lasts longer than from one to the next."""
COMPANY = ("manager", "admin")
"""Who come along to meetings and demonstrations."""
HOUSE = ("部门周会", "产品培训", "月度销售复盘", "客户接待", "招投标讨论", "库存与交期协调", "新人带教")
ROOMS = ("一号会议室", "二号会议室", "线上")


def make_calendar(year: DemoYear) -> None:
    """Make the activities and appointments of the weeks around today; most of what lies behind was carried out."""
    owned = owned_customers(year)
    if owned:
        _activities(year, owned)
        _schedules(year)


def _activities(year: DemoYear, owned: list[Any]) -> None:
    chance = year.chance("activities")
    days = _working_days(year)
    company = list(year.users(*COMPANY))
    taken: set[tuple[int, dt.date, tuple[int, int]]] = set()
    values, fates = [], []
    count = year.some(160)
    for step in range(count):
        customer, kind, slot = chance.choice(owned), chance.choice(KINDS), chance.choice(SLOTS)
        subject, result, fate = chance.choice(SUBJECTS[kind]), chance.choice(RESULTS[kind]), chance.random()
        day = days[step * len(days) // count]
        if (customer.owner.id, day, slot) in taken:
            continue
        taken.add((customer.owner.id, day, slot))
        values.append(
            {
                "name": f"{subject} {customer.name[:4]}",
                "kind": year.env.ref(f"crm_base.activity_{kind}"),
                "customer": customer,
                "owner": customer.owner,
                "start": year.moment(day, *slot),
                "place": None if kind == "call" else f"{customer.name[:2]}客户现场",
                "participants": company[step % 2 :][:1] if kind in ("meeting", "demonstration") else [],
            }
        )
        fates.append((fate, result))
    over = year.env.now() - dt.timedelta(hours=4)
    for activity, (fate, result) in zip(year.env["crm.activity"].create(values), fates, strict=True):
        if activity.start < over and fate < 0.8:
            activity.complete(result=result)
        elif activity.start < over and fate < 0.9:
            activity.cancel()


def _schedules(year: DemoYear) -> None:
    chance = year.chance("schedules")
    people = list(year.users("wang", "zhao", "lin", "manager", "admin", "feng", "hejing", "kongwei"))
    days = _working_days(year)
    count = year.some(60)
    values = []
    for step in range(count):
        owner, *others = chance.sample(people, k=min(3, len(people)))
        start = year.moment(days[step * len(days) // count], chance.choice((9, 10, 14, 16)), chance.choice((0, 30)))
        values.append(
            {
                "name": HOUSE[step % len(HOUSE)],
                "owner": owner,
                "participants": others,
                "start": start,
                "place": chance.choice(ROOMS),
            }
        )
    year.env["crm.schedule"].create(values)


def _working_days(year: DemoYear) -> list[dt.date]:
    around = [year.today + dt.timedelta(days=step) for step in range(-7 * WEEKS, 7 * WEEKS + 1)]
    return [day for day in around if day.weekday() < 5]
