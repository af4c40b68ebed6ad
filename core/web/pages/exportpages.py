"""GET /records/<model>/export/<format>: a chart or pivot table as a file, as it stands on the page (layer web; CORE-64, CORE-78)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.i18n import _
from core.web.api.models import visible_model
from core.web.errors import query_faults
from core.web.pages.charts import chart_of
from core.web.pages.exporting import export_sheet
from core.web.pages.pivots import pivot_of
from core.web.pages.search import read_listing
from core.web.pages.sheets import chart_sheet, pivot_sheet

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response


def export_figures(call: Call, model: str, form: str) -> Response:
    """Answer with the file.

    Raises:
        MissingRecord: There is no such model for the user, or no such format.
        AccessDenied: The user may not export its records.
        RequestError: A parameter is wrong.
    """
    info = visible_model(call.env, model)
    call.env.guard.check_model(call.env, info, "read")
    call.env.guard.check_model(call.env, info, "export")
    title = call.text(info.label)
    with query_faults():
        listing = read_listing(call, info, ("pivot", "chart"))
        if listing.view_type == "pivot":
            sheet = pivot_sheet(title, pivot_of(call, listing))
        else:
            sheet = chart_sheet(title, chart_of(call, listing), (call.text(_("Total")), call.text(_("Total"))))
    return export_sheet(call, info, form, sheet)
