"""Addresses of the discussion beside a record. The page asks for parts of pages (htmx), other programs get JSON."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from addons.base_discuss.services import following, mentions, writing
from addons.base_discuss.services.discussed import Discussed, find_discussed
from addons.base_discuss.services.reading import as_json, count_comments, read_discussion
from core.api import Environment, Page, Request, ValidationError, _, id_of, route

LONGEST_TYPED = 40


@dataclass(frozen=True)
class Fault:
    """Why something typed was refused, and where it was typed."""

    text: str = ""
    place: int = 0
    """Id of the comment changed or answered; 0 for the box on top."""
    is_change: bool = False
    typed: str = ""


NO_FAULT = Fault()


@route("/comments/<model>/<int:number>")
def show(request: Request, env: Environment, model: str, number: int) -> Any:
    """GET /x/base_discuss/comments/<model>/<id>?before=<comment>: what was said about a record."""
    discussed = find_discussed(env, model, number)
    before = _id(request.args.get("before"), "before")
    if _is_page(request):
        return _page(discussed, before=before)
    return as_json(read_discussion(discussed, before))


@route("/comments/<model>/<int:number>", methods=["POST"], upload=True)
def write(request: Request, env: Environment, model: str, number: int) -> Any:
    """POST /x/base_discuss/comments/<model>/<id>: a comment (``text``, ``parent``, ``file``), as a form or as JSON."""
    discussed = find_discussed(env, model, number)
    sent = _sent(request)
    text, parent = _text(sent), _id(sent.get("parent"), "parent")
    files = [file for file in request.files.getlist("file") if file.filename]
    try:
        with env.savepoint():
            written = writing.write_comment(discussed, text, parent=parent, files=files)
    except ValidationError as error:
        return _refused(request, discussed, error, text, parent or 0)
    return _done(request, discussed, written)


@route("/comments/<model>/<int:number>/<int:comment>", methods=["POST"])
def change(request: Request, env: Environment, model: str, number: int, comment: int) -> Any:
    """POST /x/base_discuss/comments/<model>/<id>/<comment>: change the ``text`` of one's own."""
    discussed = find_discussed(env, model, number)
    text = _text(_sent(request))
    try:
        with env.savepoint():
            written = writing.change_comment(discussed, comment, text)
    except ValidationError as error:
        return _refused(request, discussed, error, text, comment, is_change=True)
    return _done(request, discussed, written)


@route("/comments/<model>/<int:number>/<int:comment>/delete", methods=["POST"])
def delete(request: Request, env: Environment, model: str, number: int, comment: int) -> Any:
    """POST …/<comment>/delete: take a comment back."""
    discussed = find_discussed(env, model, number)
    writing.delete_comment(discussed, comment)
    return _done(request, discussed)


@route("/comments/<model>/<int:number>/<int:comment>/pin", methods=["POST"])
def pin(request: Request, env: Environment, model: str, number: int, comment: int) -> Any:
    """POST …/<comment>/pin: show it before the others (``on`` is 1), or no longer (0)."""
    discussed = find_discussed(env, model, number)
    writing.pin_comment(discussed, comment, on=_is_on(request))
    return _done(request, discussed)


@route("/follow/<model>/<int:number>", methods=["POST"])
def follow(request: Request, env: Environment, model: str, number: int) -> Any:
    """POST /x/base_discuss/follow/<model>/<id>: be told of every comment (``on`` is 1), or no longer (0)."""
    discussed = find_discussed(env, model, number)
    following.follow(discussed, on=_is_on(request))
    return _done(request, discussed)


@route("/seen/<model>/<int:number>/<int:comment>", methods=["POST"])
def seen(request: Request, env: Environment, model: str, number: int, comment: int) -> None:
    """POST /x/base_discuss/seen/<model>/<id>/<comment>: note what was seen."""
    discussed = find_discussed(env, model, number)
    _count, _new, latest = count_comments(env, model, number)
    following.mark_seen(discussed, min(comment, latest))


@route("/people/<model>/<int:number>")
def people(request: Request, env: Environment, model: str, number: int) -> Any:
    """GET /x/base_discuss/people/<model>/<id>?q=…: colleagues to mention, who may read the record."""
    discussed = find_discussed(env, model, number)
    return {"people": mentions.offer_people(discussed, request.args.get("q", "").strip()[:LONGEST_TYPED])}


def _is_page(request: Request) -> bool:
    return bool(request.headers.get("HX-Request"))


def _sent(request: Request) -> Any:
    if request.mimetype != "application/json":
        return request.form
    body = request.json_body()
    if not isinstance(body, dict):
        raise ValidationError(_("An object is needed."), code="comment")
    return body


def _text(sent: Any) -> str:
    text = sent.get("text") or ""
    if not isinstance(text, str):
        raise ValidationError(_("A text is needed."), field="text")
    return text


def _is_on(request: Request) -> bool:
    value = _sent(request).get("on")
    if str(value) not in ("0", "1", "True", "False"):
        raise ValidationError(_("On is 1, off is 0."), field="on")
    return str(value) in ("1", "True")


def _id(value: Any, name: str) -> int | None:
    if value is None or value == "":
        return None
    text = str(value)
    number = id_of(text)
    if number is None:
        raise ValidationError(_("This is no id of a comment."), field=name)
    return number


def _done(request: Request, discussed: Discussed, written: writing.Written | None = None) -> Any:
    if _is_page(request):
        return _page(discussed, written=written)
    if written is None:
        return None
    return {"id": written.id, "told": written.told, "untold": written.untold, "several": written.several}


def _refused(
    request: Request, discussed: Discussed, error: ValidationError, text: str, place: int, *, is_change: bool = False
) -> Any:
    """Answer with the page again and what was typed; other programs get the error."""
    if not _is_page(request):
        raise error
    say = discussed.env.services.text
    words = " ".join(str(say(each.message, discussed.env.lang)) for each in error.faults or [error])
    fault = Fault(words, place, is_change, text)
    return _page(discussed, fault=fault, status=422)


def _page(
    discussed: Discussed,
    *,
    before: int | None = None,
    written: writing.Written | None = None,
    fault: Fault = NO_FAULT,
    status: int = 200,
) -> Page:
    discussion = read_discussion(discussed, before)
    data = {
        "base": f"/x/base_discuss/comments/{discussed.model}/{discussed.number}",
        "key": f"{discussed.model}/{discussed.number}",
        "discussion": discussion,
        "days": [(day, list(lines)) for day, lines in groupby(discussion.lines, key=lambda line: line.day)],
        "is_first": before is None,
        "may_write": discussed.may_write,
        "may_pin": discussed.may_pin,
        "written": written,
        "fault": fault,
    }
    return Page("base_discuss/discussion.html", None, data, status=status)
