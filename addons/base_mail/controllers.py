"""Pages: the information centre, letters to colleagues, channels, reminders. Those for sending are in `services.sendpages`."""

from typing import Any

from addons.base_mail.services import centre, pages
from addons.base_mail.services.reminders import open_items
from core.api import Environment, Page, Request, ValidationError, _, formatter_for, go_to, has_right, route, set_read

REMINDER = "reminder"
_TEXTS = ("title", "text")


@route("/center")
def show_centre(request: Request, env: Environment) -> Page:
    """Show what is behind the bell by kind, and what one is reminded of; ``?kind=`` narrows, ``?unread=1`` leaves out what is read."""
    kind = request.args.get("kind", "")
    labels = centre.kinds_of(env)
    if kind not in ("", REMINDER, *labels):
        raise ValidationError(_("There is no such kind of message."), code="kind")
    unread = request.args.get("unread") == "1"
    page = pages.numbers([request.args.get("page", "1")], "page")
    number = max(page[0] if page else 1, 1)
    counts, due = centre.unread_by_kind(env), _due(env)
    lines, has_more = (
        ([], False) if kind == REMINDER else centre.lines_of(env, kind or None, unread=unread, page=number)
    )
    total = sum(counts.values())
    tabs = [{"key": "", "label": env.services.text(_("All"), env.lang), "count": total}]
    tabs += [{"key": key, "label": label, "count": counts.get(key, 0)} for key, label in labels.items()]
    tabs.append({"key": REMINDER, "label": env.services.text(_("Reminders"), env.lang), "count": len(due)})
    data = {
        "tabs": tabs,
        "kind": kind,
        "unread": unread,
        "lines": lines,
        "due": due,
        "page": number,
        "has_more": has_more,
        "total": total,
    }
    return Page("base_mail/center.html", _("Information centre"), data)


@route("/center", methods=["POST"])
def mark(request: Request, env: Environment) -> Any:
    """Note messages as read (``do=read``), as unread (``unread``), or all of them as read (``all``)."""
    do = request.form.get("do", "")
    ids = pages.numbers(request.form.getlist("id"), "id")
    if do not in ("read", "unread", "all"):
        raise ValidationError(_("This can't be done with messages."), code="do")
    if do != "all" and not ids:
        return go_to(_back(request), _("Choose messages first."), kind="error")
    count = set_read(env, None if do == "all" else ids, read=do != "unread")
    done = (
        _("%(count)s marked as unread", count=count) if do == "unread" else _("%(count)s marked as read", count=count)
    )
    return go_to(_back(request), done)


def _back(request: Request) -> str:
    back = request.form.get("back", "")
    return back if back == centre.PAGE or back.startswith(f"{centre.PAGE}?") else centre.PAGE


@route("/center/<int:number>", methods=["POST"])
def open_message(request: Request, env: Environment, number: int) -> Any:
    """Note that a message was read, and go to the page it is about."""
    found = env[centre.NOTE].read([["id", "=", number], ["user", "=", env.uid]], ["url"])
    set_read(env, [number], read=True)
    return go_to((found[0]["url"] if found else None) or _back(request))


@route("/panel/reminders")
def reminders_panel(request: Request, env: Environment) -> Page:
    """Show on the workbench what one is reminded of."""
    due = _due(env)
    return Page("base_mail/reminders.html", None, {"due": due[:12], "more": max(len(due) - 12, 0)})


def _due(env: Environment) -> list[dict[str, Any]]:
    show, field = formatter_for(env).show, env.registry["base.reminder"].fields["date"]
    return [
        {
            "kind": item.kind,
            "title": item.title,
            "url": item.url,
            "days": item.days,
            "when": show(field, item.date).text,
        }
        for item, _record in open_items(env)
    ]


@route("/write")
def write(request: Request, env: Environment) -> Page:
    """Ask for a letter to colleagues; ``?to=7`` names a reader, ``?title=`` begins the subject."""
    readers = centre.Readers(users=pages.numbers([request.args.get("to", "")], "to"))
    return _letter_page(
        env, readers, {"title": request.args.get("title", "")[:200], "text": "", "announcement": False}, {}
    )


@route("/write", methods=["POST"])
def send(request: Request, env: Environment) -> Any:
    """Send a letter to colleagues, or an announcement."""
    form = request.form
    typed: dict[str, Any] = {name: form.get(name, "") for name in _TEXTS} | {
        "announcement": form.get("announcement") == "1"
    }
    readers = centre.Readers()
    try:
        readers = centre.Readers(
            *(pages.numbers(form.getlist(name), "users") for name in ("users", "teams", "departments")),
            everybody=form.get("everybody") == "1",
        )
        with env.savepoint():
            count = centre.write_letter(
                env, readers, form.get("title", ""), form.get("text", ""), is_announcement=bool(typed["announcement"])
            )
    except ValidationError as error:
        place = (error.where.field if error.where else None) or ""
        return _letter_page(env, readers, typed, {place: env.services.text(error.message, env.lang)}, status=422)
    return go_to(centre.PAGE, _("Sent; readers: %(count)s", count=count))


def _letter_page(
    env: Environment, readers: centre.Readers, typed: dict[str, Any], faults: dict[str, str], status: int = 200
) -> Page:
    def names(model: str, ids: tuple[int, ...]) -> list[dict[str, Any]]:
        return env[model].read([["id", "in", list(ids)]], ["name"]) if ids else []

    data = {
        "typed": typed,
        "faults": faults,
        "users": names("core.user", readers.users),
        "teams": names("core.team", readers.teams),
        "departments": names("core.department", readers.departments),
        "everybody": readers.everybody,
        "may_announce": has_right(env, centre.ANNOUNCE),
    }
    return Page("base_mail/write.html", _("Write a message"), data, status=status)


@route("/channels")
def channels(request: Request, env: Environment) -> Page:
    """Show by which channels one is told of what."""
    person = env.user
    data = {"rows": pages.kinds_to_choose(env), "mail": person.mail or "", "phone": person.phone or ""}
    return Page("base_mail/channels.html", _("How I am told"), data)


@route("/channels", methods=["POST"])
def choose(request: Request, env: Environment) -> Any:
    """Keep the channels chosen."""
    pages.choose_channels(env, request.form.getlist("on"))
    return go_to("/x/base_mail/channels", _("Saved"))
