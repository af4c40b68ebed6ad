"""Following competitors: who is told of their news (COMP-03)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from core.api import Environment, _, notify, who_can

FOLLOWER = "crm.competitor.follower"


def is_follower(competitor: Any) -> bool:
    """Tell whether the user follows a competitor; nobody follows one that is not saved yet."""
    return any(each.user.id == competitor.env.uid for each in competitor.followers)


def start_following(competitor: Any) -> None:
    """Make the user a follower; a second time nothing happens."""
    env = competitor.env
    if not is_follower(competitor):
        env[FOLLOWER].create({"competitor": competitor, "user": env.user})


def stop_following(competitor: Any) -> None:
    """Let the user follow no longer."""
    env = competitor.env
    env[FOLLOWER].search([["competitor", "=", competitor], ["user", "=", env.uid]]).delete()


def tell_followers(env: Environment, ids: Sequence[int]) -> None:
    """Tell the followers of news just entered, each competitor once; who wrote them, and who may not read them, is not told."""
    with env.elevated(reason="news of competitors: who follows") as system:
        news = system["crm.competitor.news"].get(list(ids))
        by_competitor: dict[Any, list[Any]] = defaultdict(list)
        for each in news:
            by_competitor[each.competitor].append(each)
        followers: dict[int, list[int]] = defaultdict(list)
        found = [["competitor", "in", [each.id for each in by_competitor]], ["user", "!=", env.uid]]
        for row in system[FOLLOWER].read(found, ["competitor", "user"]):
            followers[row["competitor"]].append(row["user"])
        for competitor, entries in by_competitor.items():
            users = followers.get(competitor.id)
            if not users:
                continue
            readers = [viewer.user for viewer in who_can(system, competitor, users=users)]
            title = (
                _("%(competitor)s: %(title)s", competitor=competitor.name, title=entries[0].title)
                if len(entries) == 1
                else _("%(competitor)s: %(count)s news", competitor=competitor.name, count=len(entries))
            )
            notify(env, readers, title, url=f"/x/crm_competitor/competitor/{competitor.id}")
