"""Ways to the pages of the pool from lists and records of customers."""

from collections.abc import Sequence

from addons.crm_base.services.claims import RIGHT
from addons.crm_base.services.claims_requests import REQUEST
from addons.crm_base.services.ownership import CUSTOMER, POOL
from addons.crm_base.services.sharing import may_share_customer
from addons.crm_base.services.transfer import may_assign
from core.api import Environment, Link, Notice, _, has_right

BASE = "/x/crm_base"


def list_links(env: Environment, model: str) -> Sequence[Link] | None:
    """Offer the random claim beside the pool."""
    if model == POOL and has_right(env, RIGHT):
        return [Link(_("Claim at random"), f"{BASE}/pool/random", icon="arrows-shuffle", sequence=10)]
    return None


def batch_links(env: Environment, model: str) -> Sequence[Link] | None:
    """Offer managers to pass customers on, from the list of customers and from the pool."""
    if model not in (CUSTOMER, POOL) or not may_assign(env):
        return None
    links = [Link(_("Assign"), f"{BASE}/pass/assign/{model}", icon="user-check", sequence=20)]
    links.append(Link(_("Distribute evenly"), f"{BASE}/pass/redistribute/{model}", icon="users-group", sequence=21))
    if model == CUSTOMER:
        links.append(Link(_("Transfer"), f"{BASE}/pass/transfer/{model}", icon="user-share", sequence=22))
        links.append(
            Link(_("Take back into the pool"), f"{BASE}/pass/recall/{model}", icon="arrow-back-up", sequence=23)
        )
    return links


def record_notices(env: Environment, model: str, record_id: int) -> Sequence[Notice] | None:
    """Offer to claim a customer of the pool and to apply for it; offer who decides an application to do so."""
    if model == POOL and has_right(env, RIGHT):
        links = (
            Link(_("Claim"), f"{BASE}/pool/{record_id}/claim", icon="hand-grab", post=True),
            Link(_("Apply for it"), f"{BASE}/pool/{record_id}/apply", icon="send", post=True),
        )
        text = _("This customer has no owner.")
        return [Notice(text, icon="user-question", links=links, input="note", input_label=_("Why you apply"))]
    if model == REQUEST:
        found = env[REQUEST].read([["id", "=", record_id], ["state", "=", "open"]], ["name", "owner.name"])
        if not found or not env.guard.has_group(env, "crm_base.manager"):
            return None
        links = (
            Link(_("Approve"), f"{BASE}/claims/{record_id}/approve", icon="check", post=True),
            Link(_("Reject"), f"{BASE}/claims/{record_id}/refuse", icon="x", post=True),
        )
        text = _("%(who)s applies for %(name)s.", who=found[0]["owner.name"] or "", name=found[0]["name"])
        return [Notice(text, icon="user-question", links=links, input="answer", input_label=_("Answer"))]
    return None


def record_links(env: Environment, record_id: int) -> list[Link]:
    """Offer to share a customer and to pass it on."""
    links = []
    if may_share_customer(env, record_id):
        links.append(Link(_("Share"), f"{BASE}/share/{record_id}", icon="share", sequence=20))
    if may_assign(env):
        url = f"{BASE}/pass/transfer/{CUSTOMER}?ids={record_id}"
        links.append(Link(_("Transfer"), url, icon="user-share", sequence=21))
    return links
