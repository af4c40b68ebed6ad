"""Days on which customers are to be checked and mailed (BASE-40)."""

from core.api import Model, action, fields


class Customer(Model):
    """A customer may wait to be checked, or mailed, until that is done."""

    _inherit = "crm.customer"

    check_on = fields.Date(
        label="To check on", index=True, copy=False, help="In the reminders of the owner until done."
    )
    mail_on = fields.Date(label="To mail on", index=True, copy=False, help="In the reminders of the owner until done.")
    follow_ups = fields.One2many("crm.follow_up", "customer")

    @action("Checked", visible="record.check_on")
    def mark_checked(self) -> None:
        """Note that the customer was checked: the reminder goes."""
        self.check_on = None

    @action("Mailed", visible="record.mail_on")
    def mark_mailed(self) -> None:
        """Note that the customer got the mail: the reminder goes."""
        self.mail_on = None
