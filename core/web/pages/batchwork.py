"""Does one thing to many records: what fails is told with its reason, the others go through (layer web; CORE-42)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.errors import CoreError, RetryableError
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call

CHUNK = 100
"""Records done together; only when one of them fails is each tried by itself."""


@dataclass(frozen=True)
class Failure:
    """A record that did not go through."""

    id: int
    name: str
    reason: str


@dataclass
class Outcome:
    """What became of a batch."""

    done: list[int] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)


def run_each(call: Call, info: ModelInfo, ids: Sequence[int], work: Callable[[Any], object]) -> Outcome:
    """Run ``work(record)`` on each record that the user may read; a record is changed wholly or not at all.

    Args:
        call: The request.
        info: Model of the records.
        ids: Their ids.
        work: Changes one; raises an error of ours to refuse.
    """
    outcome = Outcome()
    for start in range(0, len(ids), CHUNK):
        part = list(ids[start : start + CHUNK])
        if _all_at_once(call, info, part, work):
            outcome.done += part
            continue
        for number in part:
            failure = _alone(call, info, number, work)
            if failure is None:
                outcome.done.append(number)
            else:
                outcome.failed.append(failure)
    return outcome


def _all_at_once(call: Call, info: ModelInfo, ids: list[int], work: Callable[[Any], object]) -> bool:
    try:
        with call.env.savepoint():
            for record in call.env[info.name].get(ids):
                work(record)
    except RetryableError:
        raise
    except CoreError:
        return False
    return True


def _alone(call: Call, info: ModelInfo, number: int, work: Callable[[Any], object]) -> Failure | None:
    name = ""
    try:
        with call.env.savepoint():
            record = call.env[info.name].get(number)
            name = str(record.display_name)
            work(record)
    except RetryableError:
        raise
    except CoreError as error:
        return Failure(
            number, name or call.text(_("No. %(id)s", id=number)), call.translator.render_error(error, call.lang)
        )
    return None
