"""Write the pages of ``docs/reference`` from the code; ``--check`` only tells which ones differ from it.

One page is written by hand: the glossary. Any other page that is not made here is a fault.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tools.faults import ROOT, Fault, report
from tools.reference import declared_pages, features, file_pages, python_pages

FOLDER = Path("docs/reference")
BY_HAND = frozenset({"glossary.md"})
PAGES: Mapping[str, Callable[[], str]] = {
    "api.md": python_pages.api_page,
    "base.md": declared_pages.base_page,
    "commands.md": declared_pages.commands_page,
    "data.md": file_pages.data_page,
    "decorators.md": python_pages.decorators_page,
    "domains.md": declared_pages.domains_page,
    "environment.md": python_pages.environment_page,
    "errors.md": python_pages.errors_page,
    "features.md": features.features_page,
    "fields.md": python_pages.fields_page,
    "hooks.md": declared_pages.hooks_page,
    "manifest.md": file_pages.manifest_page,
    "security.md": file_pages.security_page,
    "settings.md": declared_pages.settings_page,
    "views.md": file_pages.views_page,
}
"""File name → what makes the page."""


def drift(root: Path = ROOT) -> Iterator[Fault]:
    """Yield a fault for each page that differs from the code, is missing, or is made by nobody."""
    for name, make in PAGES.items():
        path = root / FOLDER / name
        found = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        wanted = make().splitlines()
        if found != wanted:
            line = next(
                (at for at, (one, two) in enumerate(zip(found, wanted, strict=False), 1) if one != two), len(found)
            )
            hint = "run python -m tools.generate_reference"
            yield Fault((FOLDER / name).as_posix(), line, f"differs from the code; {hint}")
    for path in sorted((root / FOLDER).glob("*")):
        if path.name not in PAGES and path.name not in BY_HAND:
            yield Fault((FOLDER / path.name).as_posix(), 0, "is made by nobody: remove it, or add it to the generator")


def main(arguments: list[str]) -> int:
    """Write all pages, or check them; return the exit status."""
    if "--check" not in arguments:
        (ROOT / FOLDER).mkdir(parents=True, exist_ok=True)
        for name, make in PAGES.items():
            (ROOT / FOLDER / name).write_text(make(), encoding="utf-8")
        print(f"{len(PAGES)} pages in {FOLDER}")
        return 0
    return report(drift(), "reference")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
