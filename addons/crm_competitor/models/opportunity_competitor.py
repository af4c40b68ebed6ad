"""Competitors met in an opportunity (COMP-12)."""

from typing import Any

from core.api import Model, depends, fields


class OpportunityCompetitor(Model):
    """One competitor met in one opportunity: what it asks, how dangerous it is, and how it ended against it.

    The result follows from the opportunity: what is lost counts as lost *to* the competitor that is named as the winner, and as lost
    otherwise for all others.
    """

    _name = "crm.opportunity.competitor"
    _label = "Competitor in an opportunity"
    _order = "id"
    _rec_name = "competitor"
    _unique = [("opportunity", "competitor")]

    opportunity = fields.Many2one("crm.opportunity", required=True, index=True, ondelete="cascade")
    competitor = fields.Many2one("crm.competitor", required=True, index=True, ondelete="cascade")
    price = fields.Money(label="Their price", min=0, help="Empty: not known.")
    threat = fields.Lookup(
        "competitor_threat", label="Threat", index=True, help="In this opportunity; empty: as everywhere."
    )
    result = fields.Selection(
        {
            "open": "Open",
            "won": "Won against it",
            "lost": "Lost to it",
            "lost_otherwise": "Lost otherwise",
        },
        compute="_compute_result",
        store=True,
        index=True,
    )
    notes = fields.Char()

    @depends("opportunity.state", "opportunity.lost_to", "competitor")
    def _compute_result(self) -> None:
        self.result = result_against(self.opportunity, self.competitor)


def result_against(opportunity: Any, competitor: Any) -> str:
    """Return how an opportunity ended against a competitor: a key of the field ``result``."""
    state = "open" if opportunity is None else opportunity.state
    if state == "lost":
        return "lost" if competitor is not None and opportunity.lost_to is competitor else "lost_otherwise"
    return "won" if state == "won" else "open"
