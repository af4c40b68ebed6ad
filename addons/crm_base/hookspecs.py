"""Hooks that customers offer."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from addons.crm_base.services.customer_figures import CustomerFigure
from addons.crm_base.services.touches import Touch
from core.api import Environment, hookspec


@hookspec
def customer_has_contract(env: Environment, customer_ids: Sequence[int]) -> Collection[int] | None:
    """Say which customers have an effective contract: they do not go back to the pool (D7).

    Called: by the daily job and its trial, for up to some hundred customers at once that would go back otherwise; one statement, please.

    Args:
        env: Of the system or of who looks at the trial; the answer must not depend on what they may see.
        customer_ids: Ids of ``crm.customer``.

    Returns:
        Those with an effective contract; None means none of them.
    """


@hookspec
def choose_along() -> Mapping[str, str] | None:
    """Name what may go along when a customer passes to another owner (BASE-36).

    Called: when the page of a transfer is shown, and when one is made.

    Returns:
        Key → label; the keys chosen come to `customer_transferred`. None: nothing.
    """


@hookspec
def customer_transferred(
    env: Environment, customers: Sequence[Any], givers: Mapping[int, int | None], owner: Any, along: Collection[str]
) -> None:
    """Pass on what goes along with customers that got another owner (BASE-36).

    Called: after the customers have their new owner, in the same transaction. Open tasks and planned activities were passed on already.

    Args:
        env: The environment of who transfers.
        customers: Records of ``crm.customer``, with their new owner.
        givers: Id of each customer → id of its owner before; None: it lay in the pool.
        owner: The new owner, a record of ``core.user``.
        along: What was chosen to go along: ``tasks``, and keys that `choose_along` names.

    Raises:
        ValidationError: Something can't pass; the message is shown and nothing is changed.
    """


@hookspec
def customer_touches(env: Environment, customer_id: int, limit: int) -> Sequence[Touch] | None:
    """Tell the touches with a customer, for the tab of all touches (BASE-12): visits, expenses, complaints, repairs, answers to surveys.

    Called: when that tab is looked at, after it was checked that the user may read the customer.

    Args:
        env: The environment of who looks; tell only what they may read.
        customer_id: Id of the customer.
        limit: Tell at most so many, the newest.

    Returns:
        Touches in any order; None means none.
    """


@hookspec
def register_customer_figures() -> Sequence[CustomerFigure] | None:
    """Name figures by which customers are summed up and ranked (BASE-16, BASE-61): sales, profit, receivables, expenses, points.

    Called: whenever the summary or a ranking is shown; there is no database to ask.

    Returns:
        Figures of the addon's own models; a model or field that is not there, or not for the user, leaves the figure out.
        None means none.
    """


@hookspec(firstresult=True)
def registry_look_up(env: Environment, name: str, tax_number: str | None) -> Mapping[str, Any] | None:
    """Fetch what the business registry says of a company (BASE-13).

    Called: when somebody presses the button for it, which is shown only where an addon implements this hook.

    Args:
        env: The environment of who asks.
        name: Name of the customer.
        tax_number: Its uniform credit code, or None.

    Returns:
        Any of ``legal_name tax_number representative registered_capital registered_on registry_status address``; None: nothing was found.

    Raises:
        ValidationError: The provider can't be asked now; the message is shown.
    """


@hookspec(firstresult=True)
def read_card(env: Environment, content: bytes, name: str) -> Mapping[str, Any] | None:
    """Read a picture of a business card (BASE-14).

    Called: when somebody brings a picture to the page for business cards.

    Args:
        env: The environment of who asks.
        content: The bytes of the file.
        name: Name of the file.

    Returns:
        Any of ``customer name post phone mobile fax mail website address postcode im``; None leaves it to others.

    Raises:
        ValidationError: The picture can't be read; the message is shown.
    """
