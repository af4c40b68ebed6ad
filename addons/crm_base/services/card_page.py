"""The page for business cards (BASE-14): what it shows and what its forms send."""

from typing import Any

from addons.crm_base.services import cards
from addons.crm_base.services.collision_page import lines_of
from addons.crm_base.services.collisions import find_collisions
from core.api import Environment, Page, Request, ValidationError, _, formatter_for, go_to, id_of

_LARGEST = 8 * 1024 * 1024


def show(
    env: Environment, card: dict[str, str], *, error: ValidationError | None = None, more: int = 0, into: str = ""
) -> Page:
    """Return the page with a card to be checked, and who has this customer already."""
    found = []
    if card:
        phones = [card[key] for key in ("phone", "mobile") if card.get(key)]
        found = find_collisions(
            env, name=card.get("customer") or card.get("name"), phones=phones, contact=card.get("name")
        )
    text = formatter_for(env).text
    lines = lines_of(env, found)
    data = {
        "card": {key: card.get(key, "") for key in cards.FIELDS},
        "fault": {"field": error.where.field, "text": text(error.message)} if error is not None else None,
        "more": more,
        "lines": lines,
        "sure": sum(each["is_sure"] for each in lines),
        "asked": bool(found),
        "q": "",
        "known": [(each.customer_id, each.name) for each in found if each.is_readable],
        "into": id_of(into),
        "reads_pictures": cards.reads_pictures(env),
    }
    return Page(
        "crm_base/card.html", _("Enter a business card"), data, model="crm.customer", status=422 if error else 200
    )


def read(request: Request, env: Environment) -> Any:
    """Read the file that was sent and show what it says."""
    sent = request.files.get("file")
    content = sent.read(_LARGEST + 1) if sent is not None else b""
    try:
        if not content:
            raise ValidationError(_("Choose a file."), field="file")
        if len(content) > _LARGEST:
            raise ValidationError(_("The file is too large."), field="file")
        found = cards.read_file(env, content, str(sent.filename or "") if sent is not None else "")
    except ValidationError as refused:
        return show(env, {}, error=refused)
    return show(env, found[0], more=len(found) if len(found) > 1 else 0)


def take(request: Request, env: Environment) -> Any:
    """Make the customer or contact of the card that was checked, or check it once more."""
    form = request.form
    card = {key: form.get(key, "").strip()[:255] for key in cards.FIELDS}
    into = form.get("into", "")
    if form.get("then") != "save":
        return show(env, card, into=into)
    try:
        with env.savepoint():
            customer = cards.take_card(env, card, into=id_of(into))
            env.flush()
    except ValidationError as refused:
        return show(env, card, error=refused, into=into)
    return go_to(f"/x/crm_base/customer/{customer.id}", _("%(name)s saved", name=customer.name))
