"""Rules of claims: locked once submitted, decided by somebody else, line by line."""

from collections.abc import Sequence
from typing import Any

from core.api import AccessDenied, ConflictError, Environment, ValidationError, _


def need_lines(claim: Any) -> None:
    """Raise ValidationError if a claim has no line, or all were refused."""
    if not [line for line in claim.lines if not line.refused]:
        raise ValidationError(_("%(number)s has no expense that counts.", number=claim.number), field="lines")


def need_somebody_else(claim: Any) -> None:
    """Raise AccessDenied if who approves is who claims."""
    if claim.owner is not None and claim.owner.id == claim.env.uid:
        raise AccessDenied(_("Nobody approves the own expenses."))


def check_editable(line: Any) -> None:
    """Raise ConflictError if a line is entered or changed after its claim was submitted."""
    if line.expense.state not in (None, "draft"):
        raise ConflictError(
            _("%(number)s is submitted and can't be changed.", number=line.expense.number), hint=_("have it sent back")
        )


def check_refusal(line: Any) -> None:
    """Raise ConflictError if a line is refused, or no longer, while nobody decides about its claim."""
    if line.refused and line.expense.state != "submitted":
        raise ConflictError(_("Lines are refused while the claim waits for its approval."))


def refuse_deletion(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Raise ConflictError if a claim, or one of its lines, is deleted after it was submitted."""
    records = env.load(model, ids)
    claims = records if model == "crm.expense" else [line.expense for line in records]
    for claim in claims:
        if claim is not None and claim.state not in ("draft", "refused"):
            raise ConflictError(_("%(number)s is submitted and can't be deleted.", number=claim.number))
