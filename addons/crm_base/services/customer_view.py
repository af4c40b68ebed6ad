"""What the page of one customer shows: heading, key figures, data as the form has them, tabs of panels (BASE-08, BASE-09)."""

from collections.abc import Iterable
from typing import Any, ClassVar

from addons.crm_base.services.model_rights import may
from core.api import Environment, RecordReader, Request, _, formats, profile_tabs, record_url

PLACE = "crm_base.customer_view"
TABS = {
    "overview": _("Overview"),
    "touches": _("Touches"),
    "trading": _("Trading"),
    "relations": _("Relations"),
    "profile": _("Profile"),
}
"""Tabs that panels may name, in their order; a panel may bring one of its own."""
STATUS_TONES = {"formal": "ok", "interested": "ac", "potential": "gr", "related": "gr"}
_HEAD = (
    "name",
    "number",
    "kind",
    "status",
    "level",
    "type",
    "owner",
    "region",
    "industry",
    "active",
    "is_hot",
    "hot_degree",
    "hot_reason",
    "hot_since",
    "phone",
    "main_contact",
    "main_phone",
    "last_contact",
    "next_contact",
    "version",
)
_PLAIN_SECTION = "customer"
"""Section of the form whose fields come first and have no heading of their own."""


class CustomerReader(RecordReader):
    """Reads one customer: sections of the form in the overview, its page "profile" in a tab of its own."""

    model = "crm.customer"
    head = _HEAD
    shown_above = frozenset(
        {"name", "status", "number", "owner", "hot_degree", "hot_reason", "is_hot", "hot_since", "last_contact"}
    )
    colors: ClassVar = {
        "status": {"formal": "success", "interested": "accent"},
        "hot_degree": {"burning": "danger", "hot": "warning"},
    }
    complete_tabs = frozenset({"profile"})

    def placed(self, node: Any) -> Iterable[tuple[str, str, Any]]:
        """Yield the parts of the form that hold fields, with their tab and heading."""
        if node.kind == "section":
            yield "overview", "" if node.name == _PLAIN_SECTION else str(node.attrs.get("label") or ""), node
        elif node.kind == "notebook":
            for page in node.children:
                if page.name in ("profile", "notes"):
                    tab = "profile" if page.name == "profile" else "overview"
                    yield tab, str(page.attrs.get("label") or ""), page

    def url(self, model: str, number: int) -> str | None:
        """Return the address of a related record; customers have this page."""
        return f"/x/crm_base/customer/{number}" if model == "crm.customer" else super().url(model, number)


def page_data(request: Request, env: Environment, number: int) -> dict[str, Any]:
    """Return what the page of a customer shows.

    Raises:
        MissingRecord: There is none, or none that the user may read.
    """
    reader = CustomerReader(env, number)
    row, text = reader.row, reader.formatter.text
    record = env["crm.customer"].get(number)
    may_edit = env.may(record, "update")
    links = [link for found in env.hook.record_links(env=env, model="crm.customer", record_id=number) for link in found]
    shown = {name: reader.shown(name) for name in _HEAD if name in row and name != "version"}
    here = f"/x/crm_base/customer/{number}"
    return {
        "id": number,
        "row": row,
        "shown": shown,
        "status_tone": STATUS_TONES.get(row.get("status") or "", "gr"),
        "place": " · ".join(shown[name].text for name in ("region", "industry") if name in shown and shown[name].text),
        "may_edit": may_edit,
        "edit_url": record_url("crm.customer", f"{number}/edit", back=here) if may_edit else None,
        "record_url": record_url("crm.customer", number),
        "side_url": record_url("crm.customer", f"{number}/side"),
        "links": [_link(link, text) for link in sorted(links, key=lambda each: each.sequence)],
        "collaborators": _collaborators(env, number),
        "since": _since(env, row.get("last_contact"), text),
        "until": _since(env, row.get("next_contact"), text),
        "degrees": [(key, text(label)) for key, label in reader.info.fields["hot_degree"].options.items()],
        "tabs": profile_tabs(request, PLACE, reader, TABS, may_edit=may_edit),
    }


def _link(link: Any, text: Any) -> dict[str, Any]:
    return {
        "label": text(link.label),
        "url": link.url,
        "icon": link.icon or "point",
        "post": link.post,
        "new_tab": link.new_tab,
    }


def _collaborators(env: Environment, number: int) -> list[dict[str, Any]]:
    if not may(env, "crm.collaborator", "read"):
        return []
    rows = env["crm.collaborator"].read([["customer", "=", number]], ["user.name", "part.name", "user"], limit=6)
    return [
        {"id": row["user"], "name": row["user.name"] or formats.NONE, "part": row["part.name"] or ""} for row in rows
    ]


def _since(env: Environment, day: Any, text: Any) -> str:
    """Return how far a day is from today, in words; empty for none."""
    if day is None:
        return ""
    days = (env.today() - day).days
    if days == 0:
        return str(text(_("today")))
    words = _("%(count)s days ago", count=days) if days > 0 else _("in %(count)s days", count=-days)
    return str(text(words))
