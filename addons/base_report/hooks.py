"""Ways to statistics from lists, and reports on the workbench."""

from __future__ import annotations

from addons.base_report.services.measures import may_read
from addons.base_report.services.reports import WIDTH, pinned_reports
from core.api import Environment, Link, PlacedPanel, _, hookimpl


@hookimpl
def list_links(env: Environment, model: str) -> list[Link]:
    """Lead from the list of every object that somebody is responsible for to its statistics."""
    info = env.registry.models[model]
    if not info.owner_field or not may_read(env, info):
        return []
    return [Link(_("Statistics"), f"/x/base_report/of/{model}", icon="chart-bar", sequence=40)]


@hookimpl
def workbench_panels(env: Environment) -> list[PlacedPanel]:
    """Show the reports that the user pinned."""
    return [
        PlacedPanel(f"base_report.{number}", name, f"/x/base_report/panel/{number}", WIDTH)
        for number, name in pinned_reports(env)
    ]
