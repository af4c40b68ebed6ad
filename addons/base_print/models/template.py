"""Print templates: how a record looks on paper (CORE-65)."""

from addons.base_print.services.syntax import check_texts
from core.api import Model, ValidationError, _, action, constrains, fields

MOST_DOCUMENTS = 50
"""Documents that copies and parts make of one record."""


class PrintTemplate(Model):
    """A template of one model: HTML with the fields of a record, a style sheet, and the paper it is printed on."""

    _name = "base.print.template"
    _label = "Print template"
    _order = "model, is_default desc, sequence, name, id"

    name = fields.Char(required=True, track=True, help="What people choose it by, such as short form, A5.")
    model = fields.Char(
        label="Object", required=True, index=True, track=True, help="Name of the model, such as crm.order."
    )
    sequence = fields.Integer(default=10)
    is_default = fields.Boolean(
        label="Default", default=False, copy=False, track=True, help="Printed unless another one is chosen."
    )
    language = fields.Selection(
        {"zh_CN": "Chinese", "zh_TW": "Traditional Chinese", "en": "English"},
        label="Language of the print",
        help="Of dates and choices; empty: that of who prints. Of several default templates that in the language of who prints is taken.",
    )
    active = fields.Boolean(default=True, track=True)

    body = fields.Text(label="Content", required=True, track=True, help="HTML with fields such as {{ record.name }}.")
    css = fields.Text(label="Style sheet", track=True)
    header = fields.Char(help="Up to three parts: left | middle | right; [page] and [pages] count pages.")
    footer = fields.Char(default="[page] / [pages]", help="As the header.")

    paper = fields.Selection(
        {
            "a4": "A4",
            "a5": "A5",
            "a3": "A3",
            "b5": "B5",
            "letter": "Letter",
            "continuous": "Continuous 241 × 279 mm",
            "continuous_half": "Continuous 241 × 140 mm (half)",
            "continuous_third": "Continuous 241 × 93 mm (third)",
            "envelope_dl": "Envelope 220 × 110 mm",
            "envelope_c5": "Envelope 229 × 162 mm",
            "label": "Label 100 × 60 mm",
            "own": "Own size",
        },
        default="a4",
        required=True,
    )
    orientation = fields.Selection(
        {"portrait": "As the paper is", "landscape": "Landscape"}, default="portrait", required=True
    )
    width = fields.Decimal(
        label="Width in mm", default=210, required=True, min=20, max=1200, help="Of paper of own size."
    )
    height = fields.Decimal(label="Height in mm", default=297, required=True, min=20, max=1200)
    margin_top = fields.Decimal(label="Top margin in mm", default=15, required=True, min=0, max=200)
    margin_right = fields.Decimal(label="Right margin in mm", default=15, required=True, min=0, max=200)
    margin_bottom = fields.Decimal(label="Bottom margin in mm", default=15, required=True, min=0, max=200)
    margin_left = fields.Decimal(label="Left margin in mm", default=15, required=True, min=0, max=200)

    copies = fields.Integer(default=1, required=True, min=1, max=20)
    parts = fields.Text(label="Form parts", help="One line for each part of a multi-part form; {{ part }} prints it.")

    @property
    def part_names(self) -> list[str]:
        """The parts of a multi-part form, in order; empty for an ordinary print."""
        return [line.strip() for line in (self.parts or "").splitlines() if line.strip()]

    @action("Make default")
    def make_default(self) -> None:
        """Print this one unless another is chosen."""
        self.update(is_default=True)

    @constrains("is_default", "model", "active", "language")
    def _keep_one_default(self) -> None:
        """Each language has a default of its own; one of no language takes the place of all."""
        if not (self.is_default and self.active):
            return
        others = [["model", "=", self.model], ["is_default", "=", True], ["id", "!=", self.id]]
        rivals = self.env["base.print.template"].search(others)
        for rival in rivals:
            if self.language is None or rival.language in (None, self.language):
                rival.is_default = False

    @constrains("model")
    def _check_model(self) -> None:
        if self.model not in self.env:
            raise ValidationError(_('There is no object "%(name)s".', name=self.model), field="model")

    @constrains("copies", "parts")
    def _check_documents(self) -> None:
        count = self.copies * max(1, len(self.part_names))
        if count > MOST_DOCUMENTS:
            message = _(
                "Copies and parts make %(count)s documents; at most %(most)s.", count=count, most=MOST_DOCUMENTS
            )
            raise ValidationError(message, field="copies")

    @constrains("body", "css", "header", "footer")
    def _check_texts(self) -> None:
        check_texts(body=self.body or "", css=self.css or "", header=self.header or "", footer=self.footer or "")
