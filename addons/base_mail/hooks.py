"""What the addon does for the core: takes mails, follows what is saved, offers its pages on those of records."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from addons.base_mail.hookspecs import ReminderKind, Sms, SmsResult
from addons.base_mail.services import pages, rules, sendpages
from addons.base_mail.services.accounts import has_account
from addons.base_mail.services.outbox import queue_message
from addons.base_mail.services.reminders import take_up_kinds
from addons.base_mail.services.sms_file import file_gateway
from core.api import ActionInfo, Environment, Link, _, get_parameter, hookimpl


@hookimpl
def declare_routes() -> Sequence[Any]:
    """Bring the pages for sending, besides those of ``controllers.py``."""
    return sendpages.ROUTES


@hookimpl
def mail_ready(env: Environment) -> bool | None:
    """Without an account for mails of the system nothing would go."""
    return has_account(env)


@hookimpl
def send_mail(env: Environment, to: str, subject: str, text: str) -> bool | None:
    """Take a mail of the system; its text, which may hold a link for a password, is not to be read in the log."""
    if not has_account(env):
        return None
    queue_message(env, "mail", [to], subject=subject, text=text, is_secret=True)
    return True


@hookimpl(trylast=True)
def send_sms(env: Environment, sms: Sms) -> Callable[[], SmsResult] | None:
    """Write an SMS into a file, where the parameter says so and no gateway took it."""
    if get_parameter(env, "base_mail.sms_gateway") != "file":
        return None
    return partial(file_gateway(env.settings.data_dir), sms)


@hookimpl
def records_saved(
    env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Apply the rules about new and changed records."""
    rules.on_saved(env, model, created, changed)


@hookimpl
def after_transition(env: Environment, record: Any, transition: ActionInfo) -> None:
    """Apply the rules about changes of state."""
    rules.on_transition(env, record, transition.name)


@hookimpl
def addon_enabled(env: Environment) -> None:
    """Take up the kinds of reminders that the addon brings."""
    take_up_kinds(env)


@hookimpl
def register_reminder_kinds() -> Sequence[ReminderKind]:
    """Remind of what the core itself has a date for."""
    return [
        ReminderKind(
            "base_mail.api_key_expires",
            _("API key expires"),
            "core.api_key",
            "expires_at",
            lead_days=14,
            domain=[["active", "=", True]],
            recipients="user",
            keep_days=3,
        )
    ]


@hookimpl
def record_links(env: Environment, model: str, record_id: int) -> Sequence[Link] | None:
    """Offer to write to who stands in the record, and to look after a mail account."""
    return pages.links_of_record(env, model, record_id)


@hookimpl
def batch_links(env: Environment, model: str) -> Sequence[Link] | None:
    """Offer to write to everybody selected."""
    return pages.links_of_selection(env, model)
