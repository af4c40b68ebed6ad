"""Hooks that the built-in addon offers to all others; how hooks are called is told in `core.plugins.spec`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.plugins.markers import hookspec

if TYPE_CHECKING:
    from core.base.services.demo_year import DemoPart
    from core.base.services.hand_over import HandOverKind
    from core.orm.environment import Environment


@hookspec
def register_hand_over_kinds() -> Sequence[HandOverKind]:  # type: ignore[empty-body]  # a specification has no body
    """Name the kinds of open records that pass when an employee hands over (CORE-31).

    Called: whenever somebody hands over, or asks what an employee still holds.

    Returns:
        Kinds of the addon's own models. A model with an owner that no addon names passes whole; an addon whose closed records
        are figures of the past narrows them here by a domain.
    """


@hookspec(firstresult=True)
def send_mail(env: Environment, to: str, subject: str, text: str) -> bool | None:
    """Take a mail of the system, such as the link for a forgotten password (CORE-06).

    Called: in a background job, never while somebody waits for a page. The first addon that takes the mail ends the search; without
    one it goes as the setting ``mail_url`` says.

    Args:
        env: The environment of the system; what is written is committed with the job.
        to: Address of the reader.
        subject: One line, in the reader's language.
        text: Plain text, in the reader's language.

    Returns:
        True if the mail is taken and will be sent, None if not.
    """


@hookspec(firstresult=True)
def mail_ready(env: Environment) -> bool | None:
    """Say whether `send_mail` would take a mail now, so that nobody is offered a link that never comes.

    Called: whenever the page of a forgotten password is shown, and before a mail is promised elsewhere.

    Args:
        env: The environment of the system.

    Returns:
        False if it would not, as while no mail account is set up. An addon that implements `send_mail` alone always takes mails.
    """


@hookspec
def register_demo_parts() -> Sequence[DemoPart]:  # type: ignore[empty-body]  # a specification has no body
    """Name the functions that make the addon's part of a year of plausible activity (decision 0043).

    Called: once, at the end of an installation with demo records; those of its files are there then.

    Returns:
        Functions that take the year. They run one after the other, those of addons that others need first, so a part finds the
        customers and contracts of those it needs.
    """
