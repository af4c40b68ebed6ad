"""Measures by hook."""

from addons.base_report.api import Measure
from core.api import _, hookimpl


@hookimpl
def register_measures():
    """Name the mean hours, the cost that only chiefs see, and one that leads nowhere."""
    return [
        Measure("report_more.mean", _("Mean hours"), "sample.line", "hours:avg", "job.date", "job.owner"),
        Measure("report_more.cost", _("Cost"), "sample.line", "cost:sum", "job.date", "job.owner"),
        Measure("report_more.nowhere", _("Nowhere"), "sample.nowhere"),
    ]
