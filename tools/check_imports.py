"""Check the import rules that need more than module names: what addons may import, and where libraries may be used.

import-linter holds the layers of core (pyproject.toml). An addon imports of ours `core.api`, in its tests also `core.testing`, and
the ``api.py`` of addons its manifest depends on. Each big library has its home, so that it can be exchanged or upgraded there.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from tools.faults import ROOT, Fault, report

LIBRARY_HOMES = {
    "sqlalchemy": "core.orm core.access core.data core.base core.jobs core.app core.cli core.testing",
    "alembic": "core.orm",
    "psycopg": "core.orm core.jobs core.cli core.testing",
    "werkzeug": "core.web core.cli core.testing",
    "waitress": "core.web core.cli",
    "whitenoise": "core.web",
    "prometheus_client": "core.web.metrics",
    # The sandbox for expressions in YAML is one module, in the lowest layer that needs it.
    "jinja2": "core.render core.access.expressions core.i18n.templatetexts",
    "pluggy": "core.plugins",
    "cryptography": "core.base.services.sealing",
    "huey": "core.jobs",
    "click": "core.cli",
    "pydantic": "core.config core.plugins core.views core.access core.data core.base core.jobs core.web core.cli",
    # Printing is an addon's; the core draws nothing.
    **dict.fromkeys(("plutoprint", "uharfbuzz", "segno", "barcode", "justmytype_intl_cjk"), "addons.base_print"),
    # So is the exchange of data.
    **dict.fromkeys(("xlsxwriter", "rapidfuzz", "python_calamine"), "addons.base_exchange"),
}
"""Library → modules of core that may import it, with what lies below them."""


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything imported at run time, names of `from x import y` as ``x.y``."""
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def lies_in(module: str, packages: list[str]) -> bool:
    """Whether ``module`` is one of ``packages`` or lies below one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def core_faults(root: Path) -> Iterator[Fault]:
    """Yield a fault for each use of a library outside its home."""
    for path in sorted((root / "core").rglob("*.py")):
        relative = path.relative_to(root)
        module = ".".join(relative.with_suffix("").parts)
        for line, name in imports(ast.parse(path.read_text(encoding="utf-8"))):
            library = name.split(".")[0]
            homes = LIBRARY_HOMES.get(library)
            if homes is not None and not lies_in(module, homes.split()):
                yield Fault(relative.as_posix(), line, f"{library} may be imported only in {homes.replace(' ', ', ')}")


def addon_faults(root: Path) -> Iterator[Fault]:
    """Yield a fault for each import of ours that an addon may not make."""
    for manifest in sorted((root / "addons").glob("*/manifest.yaml")):
        addon = manifest.parent.name
        depends = (yaml.safe_load(manifest.read_text(encoding="utf-8")) or {}).get("depends") or []
        for path in sorted(manifest.parent.rglob("*.py")):
            relative = path.relative_to(root)
            allowed = ["core.api", f"addons.{addon}", *(f"addons.{name}.api" for name in depends)]
            if "tests" in relative.parts:
                allowed.append("core.testing")
            for line, name in imports(ast.parse(path.read_text(encoding="utf-8"))):
                if name.split(".")[0] in {"core", "addons"} and not lies_in(name, allowed):
                    hint = "core.api, core.testing in tests, and addons.<name>.api of addons in the manifest's depends"
                    yield Fault(relative.as_posix(), line, f"imports {name}; an addon may import of ours {hint}")


def main() -> int:
    """Check core and the addons; return the exit status."""
    return report([*core_faults(ROOT), *addon_faults(ROOT)], "imports")


if __name__ == "__main__":
    sys.exit(main())
