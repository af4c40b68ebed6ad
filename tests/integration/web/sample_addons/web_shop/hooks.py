"""Orders of 1,000,000 and more wait for approval; tags have ways to pages of the shop."""

from core.api import Link, Notice, Tab, TableFormat, _, hookimpl


@hookimpl
def before_transition(env, record, transition):
    if transition.name == "confirm" and (record.amount or 0) >= 1_000_000:
        return {"waits_for": "approval"}
    return None


@hookimpl
def list_links(env, model):
    if model == "web.tag":
        return [Link(_("Look at all"), "/x/web_shop/chosen?how=list", icon="eye")]
    return None


@hookimpl
def batch_links(env, model):
    return [Link(_("Look at these"), "/x/web_shop/chosen")] if model == "web.tag" else None


@hookimpl
def record_links(env, model, record_id):
    return [Link(_("Look at it"), f"/x/web_shop/tag/{record_id}")] if model == "web.tag" else None


@hookimpl
def record_notices(env, model, record_id):
    if model != "web.tag":
        return None
    links = [
        Link(_("Agree"), f"/x/web_shop/tag/{record_id}/agree", post=True),
        Link(_("Look at it"), f"/x/web_shop/tag/{record_id}"),
    ]
    return [Notice(_("Waits for Bob"), "warning", links=links, input="remark", input_label=_("Remark"))]


@hookimpl
def side_tabs(env, model, record_id):
    return [Tab("look", _("Looks"), f"/x/web_shop/part/{record_id}", count=7)] if model == "web.tag" else None


@hookimpl
def table_formats():
    return [TableFormat("txt", _("Plain text"), "text/plain; charset=utf-8", write_text)]


def write_text(sheet):
    """Write the titles and the number of each column's values that are exact numbers."""
    rows = [list(row) for row in sheet.rows]
    kinds = [type(row[0]).__name__ for row in zip(*rows, strict=True)] if rows else []
    return f"{sheet.title}: {[each.label for each in sheet.columns]} {kinds} {len(rows)}".encode()
