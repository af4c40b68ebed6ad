"""Those who follow a competitor are told of its news; lists and records lead to the pages of competitors."""

from collections.abc import Sequence

from addons.crm_competitor.services.demo_met import make_met
from addons.crm_competitor.services.following import tell_followers
from core.api import DemoPart, Environment, Link, _, hookimpl


@hookimpl
def records_saved(env: Environment, model: str, created: Sequence[int]) -> None:
    """Tell the followers of new entries, whichever way they were entered."""
    if model == "crm.competitor.news" and created:
        tell_followers(env, created)


@hookimpl
def batch_links(env: Environment, model: str) -> Sequence[Link] | None:
    """Offer to compare the competitors selected."""
    return [Link(_("Compare"), "/x/crm_competitor/comparison", icon="scale")] if model == "crm.competitor" else None


@hookimpl
def record_links(env: Environment, model: str, record_id: int) -> Sequence[Link] | None:
    """Lead from a competitor to its view."""
    if model != "crm.competitor":
        return None
    return [
        Link(_("Competitor view"), f"/x/crm_competitor/competitor/{record_id}", icon="layout-dashboard", sequence=10)
    ]


@hookimpl
def register_demo_parts() -> Sequence[DemoPart]:
    """Let opportunities meet competitors."""
    return [make_met]
