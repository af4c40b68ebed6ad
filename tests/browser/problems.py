"""What goes wrong in the pages of a browser test."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Page

TIMEOUT_MS = 40_000
"""Enough for a machine that does much else; what is well does not wait."""


@dataclass
class Problems:
    """What went wrong in the pages of a test."""

    found: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    def forgive(self, pattern: str) -> None:
        """Say that problems which this regular expression finds are meant, such as the 401 of a wrong password."""
        self.forgiven.append(pattern)

    def left(self) -> list[str]:
        """Return those that nobody meant."""
        return [each for each in self.found if not any(re.search(pattern, each) for pattern in self.forgiven)]

    def watch(self, page: Page) -> None:
        """Collect from a page: messages of error, exceptions, refusals of the policy, requests that fail."""
        page.on("console", lambda message: message.type == "error" and self.found.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.found.append(f"exception: {error}"))
        page.on("requestfailed", lambda request: self._failed(request.url, request.failure))
        page.on(
            "response",
            lambda answer: answer.status >= 400 and self.found.append(f"answer: {answer.status} {answer.url}"),
        )

    def settle(self, page: Page, wait_ms: int = 0) -> None:
        """Wait until what the page has told so far has arrived here: it comes later than what a test asked for.

        Args:
            page: One that is watched; a closed one is passed over.
            wait_ms: Time to let scripts of the page run before.
        """
        if not page.is_closed():
            page.evaluate("wait => new Promise(done => setTimeout(done, wait))", wait_ms)

    def _failed(self, url: str, reason: str | None) -> None:
        # A request that a newer page made pointless was given up by the browser, which is no fault.
        if reason != "net::ERR_ABORTED":
            self.found.append(f"request: {reason} {url}")
