"""Print templates as files of mails."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from addons.base_mail.api import MailFile
from addons.base_print.api import may_print, print_records, templates_for
from core.api import Environment, _, hookimpl


@hookimpl
def offer_mail_files(env: Environment, record: Any) -> Sequence[MailFile]:
    """Offer the templates of the record, the default one first; the print made of its form where it has none."""
    model = record._info.name
    if not may_print(env, model):
        return []
    found = [(template.id, _("%(name)s (PDF)", name=template.name)) for template in templates_for(env, model)]
    return [
        MailFile(f"base_print.{number or 0}", label, partial(_printed, env, model, record.id, number))
        for number, label in found or [(None, _("Printed form (PDF)"))]
    ]


def _printed(env: Environment, model: str, record: int, template: int | None) -> tuple[str, bytes]:
    made = print_records(env, model, [record], template)
    return made.name, made.content
