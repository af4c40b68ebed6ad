"""Customers of the demo's year with their contacts, and those that lie in the pool."""

from random import Random
from typing import Any

from core.api import DemoYear

CITIES = (
    ("上海", "CN-SH", "021"), ("苏州", "CN-JS", "0512"), ("南京", "CN-JS", "025"), ("杭州", "CN-ZJ", "0571"), ("宁波", "CN-ZJ", "0574"),
    ("深圳", "CN-GD", "0755"), ("广州", "CN-GD", "020"), ("东莞", "CN-GD", "0769"), ("北京", "CN-BJ", "010"), ("天津", "CN-TJ", "022"),
    ("青岛", "CN-SD", "0532"), ("济南", "CN-SD", "0531"), ("武汉", "CN-HB", "027"), ("长沙", "CN-HN", "0731"), ("成都", "CN-SC", "028"),
    ("重庆", "CN-CQ", "023"), ("西安", "CN-SN", "029"), ("郑州", "CN-HA", "0371"), ("福州", "CN-FJ", "0591"), ("沈阳", "CN-LN", "024"),
)  # fmt: skip
"""Name, region, dialling code."""
WORDS = [
    "华星",
    "远航",
    "恒信",
    "博泰",
    "鼎盛",
    "瑞丰",
    "启明",
    "金桥",
    "汇通",
    "天成",
    "安达",
    "新锐",
    "正源",
    "宏图",
    "卓越",
    "佳禾",
    "东升",
    "百川",
    "立诚",
    "润泽",
    "中瑞",
    "海纳",
    "锦程",
    "凯越",
    "星河",
    "联创",
    "晨光",
    "众合",
    "宏达",
    "方圆",
]
TRADES = (
    ("科技", "it"), ("贸易", "wholesale"), ("机械", "manufacturing"), ("电子", "electronics"), ("食品", "food"), ("物流", "logistics"),
    ("商贸", "retail"), ("传媒", "media"), ("咨询", "consulting"), ("酒店管理", "hospitality"),
)  # fmt: skip
"""Part of the name, industry."""
FAMILY = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
GIVEN = [
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "军",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "霞",
    "平",
    "刚",
    "桂英",
    "志强",
    "建华",
    "晓燕",
    "海燕",
    "雪梅",
    "子轩",
    "雨桐",
    "国栋",
    "文博",
    "佳怡",
]
POSTS = (
    ("采购经理", "buyer"),
    ("总经理", "decider"),
    ("财务经理", "finance"),
    ("行政主管", "user"),
    ("信息部经理", "user"),
)
SELLERS = ("wang", "zhao", "lin")


def person(chance: Random) -> str:
    """Return a made-up name of a person."""
    return chance.choice(FAMILY) + chance.choice(GIVEN)


def make_customers(year: DemoYear) -> None:
    """Make customers over the year, each for one of the salespeople, and some that nobody looks after."""
    chance = year.chance("customers")
    sellers = year.users(*SELLERS) or [year.env.user]
    # Every pair of words once, so that no two customers look like the same one.
    names = [(city, word) for word in WORDS for city in CITIES]
    chance.shuffle(names)
    for step, day in enumerate(year.days("customers", 45)):
        with year.at(day):
            year.env["crm.customer"].create(_customer(year, chance, *names[step], owner=chance.choice(sellers)))
    with year.at(year.today):
        free = names[500 : 500 + year.some(12)]
        year.env["crm.customer"].create([_customer(year, chance, *name, owner=None) for name in free])


def _customer(year: DemoYear, chance: Random, city: tuple[str, str, str], word: str, *, owner: Any) -> dict[str, Any]:
    name, region, code = city
    trade, industry = chance.choice(TRADES)
    is_key = chance.random() < 0.25
    return {
        "name": f"{name}{word}{trade}有限公司",
        "kind": "company",
        "region": year.choice("region", region),
        "industry": year.choice("industry", industry),
        "source": chance.choice(year.choices("customer_source")),
        "category": year.choice("customer_category", "key" if is_key else chance.choice(("regular", "small"))),
        "type": year.choice("customer_type", chance.choice(("end", "end", "intermediary"))),
        "value": year.choice("customer_value", "high" if is_key else chance.choice(("medium", "low"))),
        "level": year.env.ref("crm_base.level_vip" if is_key else "crm_base.level_normal"),
        "status": chance.choice(("potential", "interested")),
        "phone": f"{code}-{chance.randint(20000000, 89999999)}",
        "address": f"{name}市{chance.choice(('人民路', '中山路', '解放路', '建设路', '科技路'))} {chance.randint(1, 399)} 号",
        "owner": owner,
        "contacts": [_contact(year, chance, is_main=step == 0) for step in range(chance.choice((1, 1, 2)))],
    }


def _contact(year: DemoYear, chance: Random, *, is_main: bool) -> dict[str, Any]:
    post, part = chance.choice(POSTS)
    birthday = year.today.replace(year=chance.randint(1970, 1995), day=min(28, year.today.day))
    return {
        "name": person(chance),
        "post": post,
        "decision_part": year.choice("decision_part", part),
        "mobile": f"13{chance.randint(100000000, 999999999)}",
        "is_main": is_main,
        "birthday": birthday.replace(month=chance.randint(1, 12)),
    }
