"""What the rows hold: the same for every contestant, every engine and every run."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

CITIES = [
    "北京",
    "上海",
    "广州",
    "深圳",
    "杭州",
    "南京",
    "苏州",
    "成都",
    "武汉",
    "西安",
    "天津",
    "重庆",
    "青岛",
    "大连",
    "宁波",
    "厦门",
    "长沙",
    "郑州",
    "济南",
    "合肥",
]
TRADES = [
    "科技",
    "贸易",
    "电子",
    "机械",
    "建材",
    "食品",
    "医药",
    "软件",
    "物流",
    "纺织",
    "化工",
    "能源",
    "环保",
    "汽车",
    "包装",
    "印刷",
    "家具",
    "服装",
    "光电",
    "传媒",
]
FORMS = ("有限公司", "股份有限公司", "集团有限公司")
SIGNS = "海洋天地金银明华兴盛昌隆安泰和平新大中东方南北星辰光宏远达利源丰瑞祥福康永正信诚德仁义"


def parts(number: int, owners: Sequence[int], countries: Sequence[int]) -> list[dict[str, Any]]:
    """Return values for ``number`` parts, by column; ``owner_id`` and ``country_id`` hold ids."""
    return [
        {
            "name": f"part {index}",
            "code": f"P-{index:06}",
            "quantity": index % 500,
            "price": Decimal(index) / 4,
            "weight": index / 8,
            "arrived_on": datetime.date(2026, 1, 1) + datetime.timedelta(days=index % 365),
            "active": index % 7 > 0,
            "kind": "made" if index % 3 else "bought",
            "note": f"shelf {index % 90}",
            "country_id": countries[index % len(countries)],
            "owner_id": owners[index % len(owners)],
        }
        for index in range(number)
    ]


def customers(number: int, owners: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Yield values for ``number`` customers, by column; some 800,000 different names in a million."""
    choose, digits = random.Random(20260731), random.Random(20261126)
    for place in range(number):
        city = choose.choice(CITIES)
        sign = choose.choice(SIGNS) + choose.choice(SIGNS)
        yield {
            "name": f"{city}{sign}{choose.choice(TRADES)}{choose.choice(FORMS)}",
            "kind": choose.choice(("small", "small", "medium", "large")),
            "city": city,
            "turnover": choose.randrange(1_000_000),
            "owner_id": choose.choice(owners),
            "code": f"C{place:07}",
            "phone": f"1{digits.randrange(10**10):010}",
            "mail": f"office{digits.randrange(10**7):07}@example.com",
        }
