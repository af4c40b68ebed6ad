"""Proposals: documents made from a template for an opportunity, kept in versions (SALE-28)."""

from typing import Any

from addons.crm_sales.services.proposals import check_template, fill_proposal
from core.api import ConflictError, Model, ValidationError, _, action, constrains, fields, transition


class ProposalTemplate(Model):
    """A text with fields of the opportunity (``record``) and its latest quote (``offer``) between double braces."""

    _name = "crm.proposal.template"
    _inherit = ["core.active"]
    _label = "Proposal template"
    _order = "sequence, name, id"

    name = fields.Char(required=True, index="fuzzy")
    sequence = fields.Integer(default=10)
    body = fields.Text(
        label="Proposal text",
        required=True,
        help="With fields such as {{ record.customer.name }}, {{ record.amount }}, {{ offer.number }} and {{ offer.lines }}.",
    )

    @constrains("body")
    def _check_body(self) -> None:
        check_template(self.env, self.body)


class Proposal(Model):
    """One version of a proposal. A version that was handed over stays as it is."""

    _name = "crm.proposal"
    _label = "Proposal document"
    _order = "revision desc, id desc"

    opportunity = fields.Many2one("crm.opportunity", required=True, readonly=True, index=True, ondelete="cascade")
    revision = fields.Integer(label="Version of the proposal", default=1, required=True, readonly=True, copy=False)
    name = fields.Char(label="Heading", required=True)
    template = fields.Many2one("crm.proposal.template", readonly=True, ondelete="set null")
    body = fields.Text(label="Proposal text", required=True)
    state = fields.Selection(
        {"draft": "Draft", "handed_over": "Handed over"},
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )

    @transition("state", source=["draft"], target="handed_over", label="Hand over")
    def hand_over(self) -> None:
        """Note that the customer has this version: it is not changed any more."""

    @constrains("name", "body")
    def _check_open(self) -> None:
        if self.state == "handed_over":
            raise ConflictError(
                _("Version %(version)s was handed over.", version=self.revision), hint=_("make a new version")
            )

    @action("New version")
    def make_version(self: Any) -> Any:
        """Make a draft with the text of this version and the next number."""
        return self.copy(revision=_next_version(self.opportunity))

    @action("Fill in anew", visible="record.state == 'draft' and record.template")
    def fill_anew(self: Any) -> None:
        """Take the text of the template again, with what is known now.

        Raises:
            ConflictError: It was made without a template.
        """
        if self.template is None:
            raise ConflictError(_("This version was written without a template."))
        self.update(body=fill_proposal(self.env, self.template.body, self.opportunity))


class Opportunity(Model):
    """An opportunity has proposals."""

    _inherit = "crm.opportunity"

    proposal_template = fields.Many2one(
        "crm.proposal.template",
        ondelete="set null",
        copy=False,
        help="What the next proposal is made from; empty: the first one.",
    )
    proposals = fields.One2many("crm.proposal", "opportunity")

    @action("Make proposal", visible="record.state == 'open'")
    def make_proposal(self: Any) -> Any:
        """Make the next version of the proposal from the template chosen.

        Raises:
            ValidationError: There is no template.
        """
        template = self.proposal_template or next(
            iter(self.env["crm.proposal.template"].search([["active", "=", True]], limit=1)), None
        )
        if template is None:
            raise ValidationError(_("There is no template of proposals yet."), field="proposal_template")
        return self.env["crm.proposal"].create(
            {
                "opportunity": self,
                "revision": _next_version(self),
                "name": f"{template.name} {self.name}",
                "template": template,
                "body": fill_proposal(self.env, template.body, self),
            }
        )


def _next_version(opportunity: Any) -> int:
    rows = opportunity.env["crm.proposal"].aggregate([["opportunity", "=", opportunity.id]], {"revision": "max"})
    return int((rows[0]["revision"] if rows else 0) or 0) + 1
