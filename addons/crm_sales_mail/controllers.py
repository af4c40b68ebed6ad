"""The way from a quote to its mail."""

from typing import Any

from addons.crm_sales_mail.services.quote_mail import mail_url
from core.api import ConflictError, Environment, Request, go_to, route


@route("/quote/<int:number>")
def mail_quote(request: Request, env: Environment, number: int) -> Any:
    """GET: go on to the page for a mail of the quote, or back to the quote with the reason why it can't be sent."""
    quote = env["crm.quote"].get(number)
    try:
        return go_to(mail_url(env, quote))
    except ConflictError as error:
        return go_to(f"/records/crm.quote/{number}", error.message, kind="error")
