"""Checks of the addon as a folder: manifest, imports, dependencies, files, README; layer ``core.testing``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from core.data.schema import FOR
from core.errors import ManifestError, nearest
from core.plugins.addon import BASE
from core.plugins.hookcheck import implemented
from core.testing.checks.subject import Subject, UnusableError, constants, strings

ENTRIES = frozenset(
    {
        "__init__.py", "__pycache__", "README.md", "api.py", "controllers.py", "data", "demo", "docs", "help", "hooks.py", "hookspecs.py", "i18n",
        "jobs.py", "manifest.yaml", "migrations", "models", "security", "services", "static", "templates", "tests", "views", "widgets",
    }
)  # fmt: skip
"""What may lie in the folder of an addon (design §2.1)."""
_FOLDERS = {
    "views": (".yaml", ".yml"),
    "security": (".yaml", ".yml"),
    "data": (".yaml", ".yml", ".csv"),
    "demo": (".yaml", ".yml", ".csv"),
    "i18n": (".po", ".pot"),
    "migrations": (".py",),
    "models": (".py",),
}
"""Folders whose files are all loaded, with the endings that are."""
_FLAT = frozenset({"security", "i18n", "migrations"})
"""Folders of which only the files directly inside are loaded."""
_XID = re.compile(r"\b([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)")
_MIN_README = 120
"""Characters of a README that says what an addon does and for whom."""


def manifest_is_valid(subject: Subject) -> Iterator[str]:
    """``manifest.yaml`` keeps its schema and says what the admin page shows."""
    error = subject.addon.error
    if isinstance(error, ManifestError):
        yield from (subject.told(fault) for fault in error.faults or [error])
    manifest = subject.addon.manifest
    if manifest is None:
        return
    for key in ("summary", "category", "core"):
        if not getattr(manifest, key):
            yield f'manifest.yaml: say "{key}"; the admin page lists addons by it'


def addon_can_be_loaded(subject: Subject) -> Iterator[str]:
    """The addon is found, imports, and its definitions make a registry."""
    try:
        _ = subject.assembly
    except UnusableError as error:
        yield from (subject.told(fault) for fault in error.reason.faults or [error.reason])


def imports_are_declared(subject: Subject) -> Iterator[str]:
    """Of ours an addon imports `core.api`, in tests `core.testing`, and the ``api.py`` of addons its manifest depends on."""
    depends = subject.addon.manifest.depends if subject.addon.manifest else ()
    own = f"addons.{subject.name}"
    for path, tree in subject.python_files():
        allowed = ["core.api", own, *(f"addons.{name}.api" for name in depends)]
        if "tests" in path.relative_to(subject.path).parts:
            allowed.append("core.testing")
        for line, name in _imports(tree):
            if name.split(".")[0] in ("core", "addons") and not _lies_in(name, allowed):
                yield f"{subject.short(path, line)}: imports {name}; {_instead(name)}"


def _instead(name: str) -> str:
    first, _dot, rest = name.partition(".")
    if first == "core":
        return "import what you need from core.api (in tests also core.testing); nothing else of core is supported"
    addon = rest.partition(".")[0]
    return f"list {addon} in depends and import from addons.{addon}.api, or name its models by string"


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _lies_in(module: str, packages: list[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def references_are_declared(subject: Subject) -> Iterator[str]:
    """Ids of other addons are used only of those that the manifest depends on, directly or not."""
    known = {addon.name for addon in subject.addons} - subject.reachable
    for path, texts in _texts(subject):
        for addon, name in sorted({found for text in texts for found in _XID.findall(text)}):
            if addon in known:
                yield f'{subject.short(path)}: uses {addon}.{name}; add {addon} to "depends" of manifest.yaml'


def dependencies_are_used(subject: Subject) -> Iterator[str]:
    """Every addon in ``depends`` is needed for something: a model, an id, a hook or an import."""
    manifest = subject.addon.manifest
    if manifest is None or manifest.bridge:
        return
    texts = {text for _path, found in _texts(subject) for text in found}
    imported = {name for _path, tree in subject.python_files() for _line, name in _imports(tree)}
    hooks = implemented(subject.loaded.hooks) if subject.loaded.hooks is not None else []
    specs = {} if subject.registry.hooks is None else subject.registry.hooks.specs
    for name in manifest.depends:
        if name == BASE:
            yield 'manifest.yaml: take base out of "depends"; every addon needs it without saying so'
            continue
        models = {info.name for info in subject.registry.models.values() if info.addon == name}
        models |= {info.name for info in subject.registry.abstract.values() if info.addon == name}
        used = (
            bool(models & texts)
            or any(addon == name for text in texts for addon, _rest in _XID.findall(text))
            or any(hook in specs and specs[hook].addon == name for hook in hooks)
            or any(each.startswith(f"addons.{name}.") for each in imported)
            or any(info.addon == name for info in subject.touched_models())
        )
        if not used:
            yield f'manifest.yaml: nothing of {name} is used; take it out of "depends"'


def _texts(subject: Subject) -> Iterator[tuple[Path, set[str]]]:
    """Yield the texts of the files that may name things of other addons."""
    for path, data in subject.yaml_files("views", "security", "data", "demo"):
        yield path, set(strings(data))
    for path, tree in subject.python_files(tests=False):
        yield path, set(constants(tree))


def files_are_loaded(subject: Subject) -> Iterator[str]:
    """There is no file that nobody reads: a misspelt folder, a view that is no YAML, rights in a folder below ``security``."""
    for entry in sorted(subject.path.iterdir()):
        if entry.name.startswith(".") or entry.name in ENTRIES:
            continue
        close = nearest(entry.name, ENTRIES)
        todo = f"rename it to {close}" if close else "move it into one of the folders of an addon, or delete it"
        yield f"{entry.name}: nothing reads this; {todo}"
    for folder, endings in _FOLDERS.items():
        top = subject.path / folder
        for path in sorted(top.rglob("*")):
            if not path.is_file() or "__pycache__" in path.parts or path.name.startswith("."):
                continue
            if path.suffix not in endings:
                yield f"{subject.short(path)}: {folder} is read from {', '.join(endings)} only; rename or delete it"
            elif folder in _FLAT and path.parent != top:
                yield f"{subject.short(path)}: only files directly in {folder} are read; move it up"
    yield from _data_for_nobody(subject)


def _data_for_nobody(subject: Subject) -> Iterator[str]:
    for top in (subject.path / "data" / FOR, subject.path / "demo" / FOR):
        for path in sorted(top.glob("*")):
            meant = None if path.name in subject.addons else nearest(path.name, [each.name for each in subject.addons])
            if path.is_file():
                yield f"{subject.short(path)}: move it into a folder named like the addon it is for"
            elif meant:
                yield f"{subject.short(path)}: there is no such addon; rename it to {meant}"


def package_has_a_docstring(subject: Subject) -> Iterator[str]:
    """``__init__.py`` says in one docstring what the addon adds, and holds no code."""
    path = subject.path / "__init__.py"
    if not path.is_file():
        yield "__init__.py is missing: write one with a docstring that says what the addon adds"
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not ast.get_docstring(tree):
        yield "__init__.py: say in a docstring what the addon adds"
    elif len(tree.body) > 1:
        yield f"{subject.short(path, tree.body[1].lineno)}: move this code into a module; importing an addon must do nothing"


def readme_is_present(subject: Subject) -> Iterator[str]:
    """``README.md`` says what the addon does, for whom, and which hooks it offers."""
    path = subject.path / "README.md"
    if not path.is_file():
        yield "README.md is missing: say what the addon does, for whom, its roles, and the hooks it offers"
        return
    text = path.read_text(encoding="utf-8")
    if not re.search(r"^# \S", text, re.MULTILINE):
        yield "README.md: begin with a title (# name: what it is)"
    if len(text.strip()) < _MIN_README:
        yield "README.md: say more: what the addon does, for whom, its roles, and the hooks it offers"


def tests_use_no_demo_data(subject: Subject) -> Iterator[str]:
    """Tests make their records by factories; demo data may change at any time."""
    demo: set[str] = set()
    for _path, data in subject.yaml_files("demo"):
        demo |= {f"{subject.name}.{name.removeprefix(f'{subject.name}.')}" for name in _ids(data)}
    for path, tree in subject.python_files():
        if "tests" not in path.relative_to(subject.path).parts:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in demo:
                yield f"{subject.short(path, node.lineno)}: {node.value} is a demo record; make one with a create_… fixture"


def _ids(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value["id"]
        for inner in value.values():
            yield from _ids(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _ids(inner)
