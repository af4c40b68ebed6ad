"""`Call`: everything one of our own handlers gets (layer web)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.orm.engine import statements_of
from core.web.csrf import mask
from core.web.request import Response, problem_response

if TYPE_CHECKING:
    from core.errors import CoreError
    from core.i18n import Translator
    from core.orm.environment import Environment
    from core.render.pages import Pages
    from core.web.host import WebHost
    from core.web.identity import Identity
    from core.web.request import Request


class Answered(Exception):
    """Answers with a response, and undoes the transaction: for a form shown again because something in it is wrong.

    Args:
        response: The answer.
    """

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


class Later(Exception):
    """Ends the transaction of a request, works outside of any, and answers in a transaction of its own.

    For what waits for other transactions, as a change of addons does: inside that of the request it would wait for itself.

    Args:
        work: Called without a transaction, after that of the request was undone.
        show: Answers with what ``work`` returned; who asks is looked at anew.
    """

    def __init__(self, work: Callable[[], Any], show: Callable[[Call, Any], Response]) -> None:
        super().__init__("later")
        self.work = work
        self.show = show


@dataclass(frozen=True)
class Call:
    """One request in its transaction."""

    request: Request
    env: Environment
    """Of the user; of the system where nobody has to be logged in."""
    identity: Identity | None
    host: WebHost
    pages: Pages
    translator: Translator
    lang: str
    """Language to answer in."""

    @property
    def csrf(self) -> str:
        """The token for the forms and scripts of one page, under a new mask each time; empty where no session asks."""
        token = self.identity.csrf if self.identity else None
        return mask(token) if token else ""

    def text(self, message: Any) -> str:
        """Return a message in the language of the reader."""
        return self.translator.render(message, self.lang)

    def problem(self, error: CoreError) -> Response:
        """Return the answer to an error as data, for where raising it would undo what must be kept."""
        return problem_response(error, self.text, self.request.id)

    def page(self, template: str, status: int = 200, **data: Any) -> Response:
        """Return a page."""
        counted = statements_of(self.env.connection)
        before, started = counted.number, time.perf_counter()
        html = self.pages.render(template, lang=self.lang, text=self.text, **data)
        self.request.render_s += time.perf_counter() - started
        self.request.render_statements += counted.number - before
        return Response(html, status, content_type="text/html; charset=utf-8")
