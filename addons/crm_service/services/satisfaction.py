"""Mean score, share satisfied and answer rate, by handler, product, customer or month (SERV-22, D25)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from addons.crm_base.api import percent
from core.api import Environment, _, get_parameter, notify, records_url, system_of

CENT = Decimal("0.01")
GROUPS: Mapping[str, str] = {
    "owner": "owner.name",
    "product": "product.name",
    "customer": "customer.name",
    "month": "date:month",
}
"""What surveys are grouped by → the path of what a group is called."""
COUNTED = [["state", "!=", "withdrawn"]]
"""Requests that were withdrawn count nowhere."""


@dataclass(frozen=True)
class Satisfaction:
    """The surveys of one group."""

    key: Any
    """Id or day of the group; None: surveys that name none."""
    name: Any
    asked: int
    answered: int
    score_sum: int
    satisfied: int
    """Answers of satisfied customers."""

    @property
    def mean(self) -> Decimal | None:
        """Mean score over the answers, not over the requests; None without any."""
        return (Decimal(self.score_sum) / self.answered).quantize(CENT, ROUND_HALF_UP) if self.answered else None

    @property
    def satisfied_share(self) -> Decimal | None:
        """Satisfied of those who answered, in percent."""
        return percent(self.satisfied, self.answered)

    @property
    def answer_rate(self) -> Decimal | None:
        """Answered of those asked, in percent."""
        return percent(self.answered, self.asked)


def read_satisfaction(
    env: Environment, by: str, first: dt.date, last: dt.date
) -> tuple[list[Satisfaction], Satisfaction]:
    """Return the lines of the statistics, the largest first or months in order, and the total. One statement.

    Args:
        env: The environment of the reader; only surveys that they may see count.
        by: Key of `GROUPS`.
        first: First day on which customers were asked.
        last: Last day, included.
    """
    path = "date:month" if by == "month" else by
    rows = env["crm.survey"].aggregate(
        [["date", ">=", first], ["date", "<=", last], *COUNTED],
        {"id": "count", "score": "sum", "satisfied_percent": "sum"},
        list(dict.fromkeys([path, GROUPS[by], "state"])),
    )
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row[path], []).append(row)
    lines = [_line(key, found[0][GROUPS[by]], found) for key, found in groups.items()]
    lines.sort(key=lambda line: (line.key is None, line.key) if by == "month" else (line.key is None, -line.asked))
    return lines, _line(None, None, rows)


def _line(key: Any, name: Any, rows: Iterable[dict[str, Any]]) -> Satisfaction:
    rows = list(rows)
    answers = [row for row in rows if row["state"] == "answered"]
    return Satisfaction(
        key,
        name,
        asked=sum(row["id"] for row in rows),
        answered=sum(row["id"] for row in answers),
        score_sum=sum(row["score"] or 0 for row in answers),
        satisfied=sum(row["satisfied_percent"] or 0 for row in answers) // 100,
    )


def warn_of_low_scores(env: Environment) -> int:
    """Tell handlers and their superiors whose mean of this month is below the limit; return how many handlers that are.

    Args:
        env: Any environment of the system, which sees all surveys.
    """
    limit, today = get_parameter(env, "crm_service.satisfaction_limit"), env.today()
    lines, _total = read_satisfaction(system_of(env), "owner", today.replace(day=1), today)
    low = [line for line in lines if line.key is not None and line.mean is not None and line.mean < limit]
    for line, handler in zip(low, env.load("core.user", [line.key for line in low]), strict=True):
        notify(
            env,
            [user for user in (handler, handler.superior) if user is not None],
            _("%(name)s: satisfaction %(mean)s is below %(limit)s", name=line.name, mean=line.mean, limit=limit),
            text=_("%(count)s customers answered this month.", count=line.answered),
            url=records_url("crm.survey", domain=[["owner", "=", line.key], ["date", "=", {"this": "month"}]]),
            kind="warning",
        )
    return len(low)
