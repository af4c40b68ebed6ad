"""Applications for customers of the pool: only approval makes the applicant the owner (BASE-28)."""

from typing import Any

from addons.crm_base.services.claims import check_limits, require_right, take
from addons.crm_base.services.ownership import POOL
from core.api import AccessDenied, ConflictError, Environment, ValidationError, _, notify

REQUEST = "crm.claim.request"


def apply(env: Environment, customer: int, note: str | None = None) -> Any:
    """Apply for a customer of the pool and return the application; who may decide finds it in their list.

    Args:
        env: The environment of the applicant.
        customer: Id of the customer.
        note: Why it is wanted, or None.

    Raises:
        AccessDenied: The user may not claim.
        ConflictError: The customer does not lie in the pool.
        ValidationError: The user has applied for it already.
    """
    require_right(env)
    found = env[POOL].search([["customer", "=", customer]], limit=1)
    if not found:
        raise ConflictError(_("The customer does not lie in the pool."), code="conflict.claimed")
    if env[REQUEST].exists([["customer", "=", customer], ["owner", "=", env.uid], ["state", "=", "open"]]):
        raise ValidationError(_("You have applied for this customer already."), code="validation.applied")
    # The applicant may not see the customer itself, so that the name is kept here.
    with env.elevated(reason="application for a customer of the pool") as system:
        values = {"customer": customer, "name": found[0].customer.name, "owner": env.user, "note": note}
        return system[REQUEST].create(values)


def approve(request: Any) -> None:
    """Make the applicant the owner, and refuse what others applied for the same customer.

    Raises:
        ValidationError: A limit of the applicant is reached.
        ConflictError: The customer does not lie in the pool any more.
    """
    env: Environment = request.env
    applicant = request.owner
    check_limits(env, applicant)
    take(env, [request.customer_id], applicant, "application", (request.answer or "")[:500] or None)
    _decide(request)
    _tell(request, _("Your application was approved: %(name)s", name=request.name))
    _refuse_others(request)


def refuse(request: Any) -> None:
    """Leave the customer in the pool and tell the applicant why.

    Raises:
        ValidationError: There is no answer that says why.
    """
    if not (request.answer or "").strip():
        raise ValidationError(_("Say in the answer why it is refused."), field="answer")
    _decide(request)
    _tell(request, _("Your application was refused: %(name)s", name=request.name))


def withdraw(request: Any) -> None:
    """Take an application back.

    Raises:
        AccessDenied: It is somebody else's.
    """
    if request.owner is None or request.owner.id != request.env.uid:
        raise AccessDenied(_("Only the applicant withdraws an application."))


def _decide(request: Any) -> None:
    with request.env.system_changes():
        request.decided_by = request.env.user
        request.decided_on = request.env.today()


def _tell(request: Any, title: Any) -> None:
    url = f"/records/{REQUEST}/{request.id}"
    notify(request.env, [request.owner], title, text=request.answer or "", url=url)


def _refuse_others(request: Any) -> None:
    env: Environment = request.env
    others = [["customer", "=", request.customer_id], ["state", "=", "open"], ["id", "!=", request.id]]
    for other in env[REQUEST].search(others):
        other.update(
            answer=env.services.text(_("The customer was given to %(name)s.", name=request.owner.name), env.lang)
        )
        other.refuse()
