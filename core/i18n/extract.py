"""Find all translatable texts of the core and of each addon, and compare them with the ``.po`` files (layer i18n).

``python -m core.i18n.extract --check`` fails where a text has no translation or a translation has other placeholders than its text,
or where two areas translate one text differently; ``--update`` writes missing texts into the files, with an empty translation, and drops those no longer used. The texts
of an addon may be translated by its own file, by those of the addons it needs, or by the core's.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from core.errors import CoreError
from core.i18n.catalogs import CORE_LOCALE, is_translated, read_catalog
from core.i18n.languages import LANGUAGES, SOURCE_LANGUAGE
from core.i18n.pythontexts import Text, python_texts
from core.i18n.templatetexts import template_texts
from core.plugins import BASE, AddonSet, discover
from core.plugins.yamlfile import load_yaml

TRANSLATED = tuple(language for language in LANGUAGES if language != SOURCE_LANGUAGE)
"""Languages in which the interface is complete."""
NEEDED = "zh_CN"
"""The one that addons of others have too; of the rest those they ship a file for."""
TEXT_KEYS = frozenset(
    {"label", "title", "summary", "help", "description", "placeholder", "confirm", "empty", "content", "category"}
)
"""Keys of YAML files whose texts are shown."""
DATA_KEYS = TEXT_KEYS | {"name", "explanation", "translated"}
"""The same in ``data/``, whose records also call their translated fields so."""
_NO_TEXTS = frozenset({"defaults", "options", "domain", "decorations"})
"""Keys of YAML files that hold data, in which the same words mean something else."""
_YAML_FOLDERS = ("views", "security", "data")
_TEMPLATES = (".html", ".jinja")
"""Endings of templates; other endings count inside folders named ``templates``."""
_SKIPPED = frozenset({"tests", "demo", "migrations", "static", "node_modules", "__pycache__"})
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sdfr]")


@dataclass
class Area:
    """One part that has translations of its own: the core, or an addon."""

    name: str
    folder: Path
    locale: Path
    """Folder of its ``.po`` files."""
    base: list[Path] = field(default_factory=list)
    """Folders of ``.po`` files that it may rely on."""
    without: tuple[Path, ...] = ()
    """Folders inside that are areas of their own."""
    ours: bool = True
    """Whether it comes with Tangram CRM."""

    @property
    def languages(self) -> list[str]:
        """The languages it must be translated into: all, or of an addon of others `NEEDED` and those it has begun."""
        return [each for each in TRANSLATED if self.ours or each == NEEDED or (self.locale / f"{each}.po").is_file()]

    def texts(self) -> dict[str, list[tuple[str, int]]]:
        """Return each text with the places where it stands, in the order of files."""
        found: dict[str, list[tuple[str, int]]] = {}
        for path in self._files():
            for line, text in _texts_of(path, self.folder):
                found.setdefault(text, []).append((path.relative_to(self.folder).as_posix(), line))
        return found

    def _files(self) -> Iterator[Path]:
        for path in sorted(self.folder.rglob("*")):
            inside = path.relative_to(self.folder).parts
            if (
                path.is_file()
                and not _SKIPPED.intersection(inside)
                and not any(path.is_relative_to(each) for each in self.without)
            ):
                yield path


def areas(addons: AddonSet) -> list[Area]:
    """Return the core and every addon that is no broken one."""
    core = CORE_LOCALE.parents[1]
    found = []
    for name in addons.order:
        addon = addons[name]
        needed = [each.path / "i18n" for each in addons.with_dependencies([name]) if each.name != name]
        if name == BASE:
            found += [Area("core", core, CORE_LOCALE, without=(addon.path,))]
        ours = name == BASE or addon.origin == "addons"
        found.append(Area(name, addon.path, addon.path / "i18n", [CORE_LOCALE, *needed], ours=ours))
    return found


def yaml_texts(path: Path, keys: frozenset[str] = TEXT_KEYS) -> list[Text]:
    """Return the texts of one YAML file: the values of ``keys``, wherever they stand.

    Raises:
        CoreError: It is no YAML.
    """
    file = load_yaml(path)
    found: list[Text] = []

    def walk(value: Any, key: tuple[str | int, ...]) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                if name in keys and isinstance(inner, str) and inner.strip():
                    found.append((file.line((*key, name)), inner))
                elif name == "options" and keys is DATA_KEYS and isinstance(inner, dict):
                    # The choices of a parameter.
                    found.extend((file.line((*key, name, each)), str(word)) for each, word in inner.items())
                elif name not in _NO_TEXTS:
                    walk(inner, (*key, name))
        elif isinstance(value, list):
            for position, inner in enumerate(value):
                walk(inner, (*key, position))

    walk(file.data, ())
    return found


def _texts_of(path: Path, top: Path) -> Sequence[Text]:
    inside = path.relative_to(top).parts
    if path.suffix == ".py":
        return python_texts(path.read_text(encoding="utf-8"), str(path))
    if path.suffix == ".yaml" and (path.name == "manifest.yaml" or set(_YAML_FOLDERS).intersection(inside)):
        return yaml_texts(path, DATA_KEYS if "data" in inside else TEXT_KEYS)
    if path.suffix in _TEMPLATES or ("templates" in inside[:-1] and _is_text(path)):
        return template_texts(path)
    return ()


def _is_text(path: Path) -> bool:
    """Tell templates of any kind of text from the pictures and office files beside them."""
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return False
    return True


def check(area: Area, language: str) -> list[str]:
    """Return one line for each text of an area without a translation, and for each translation with wrong placeholders."""
    known: dict[str, str] = {}
    for folder in (*area.base, area.locale):
        known |= _translations(folder / f"{language}.po")
    problems = []
    for text, places in area.texts().items():
        file, line = places[0]
        where = f"{area.folder / file}:{line}"
        if text not in known:
            problems.append(f"{where}: no {language} translation: {text!r}")
        elif set(_PLACEHOLDER.findall(text)) != set(_PLACEHOLDER.findall(known[text])):
            problems.append(f"{where}: placeholders differ in the {language} translation of {text!r}: {known[text]!r}")
    return problems


def clashes(areas: Iterable[Area], language: str) -> list[str]:
    """Return one line for each text that two areas of ours translate differently.

    A deployment puts the catalogs of its addons together, so that one of the two translations would be shown for both meanings.
    """
    first: dict[str, tuple[Path, str]] = {}
    problems = []
    for path in (each.locale / f"{language}.po" for each in areas if each.ours):
        for text, translation in _translations(path).items():
            where, earlier = first.setdefault(text, (path, translation))
            if earlier != translation:
                problems.append(
                    f"{path}: {text!r} is {translation!r}, but {earlier!r} in {where}: choose other English"
                )
    return problems


def update(area: Area, language: str) -> int:
    """Write the area's ``.po`` file anew: used texts in the order of their alphabet, translations kept.

    Returns:
        How many texts still lack a translation. A text that the file of a needed area translates is left out, unless this file has
        its own.
    """
    path = area.locale / f"{language}.po"
    own = _translations(path)
    inherited: dict[str, str] = {}
    for folder in area.base:
        inherited |= _translations(folder / f"{language}.po")
    catalog = Catalog(locale=language, project="Tangram CRM", fuzzy=False, charset="utf-8")
    missing = 0
    for text, places in area.texts().items():
        if text in own or text not in inherited:
            files = sorted({file for file, _line in places})
            catalog.add(text, own.get(text, ""), locations=[(file, 0) for file in files])
            missing += text not in own
    if len(catalog):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(_HEADER.format(language=language).encode())
            write_po(file, catalog, width=120, omit_header=True, sort_output=True, include_lineno=False)
    return missing


_HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def _translations(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    return {str(each.id): str(each.string) for each in read_catalog(path) if each.id and is_translated(each)}


def main(arguments: Iterable[str] | None = None) -> int:
    """Run the command; returns the exit status: 1 if ``--check`` found something."""
    parser = argparse.ArgumentParser(prog="python -m core.i18n.extract", description="Check or update translations.")
    parser.add_argument("--check", action="store_true", help="fail where a translation is missing or wrong")
    parser.add_argument("--update", action="store_true", help="write missing texts into the .po files")
    parser.add_argument("--addons-path", action="append", type=Path, default=[], help="a further folder of addons")
    parser.add_argument("names", nargs="*", help="only these areas: core or names of addons")
    options = parser.parse_args(None if arguments is None else list(arguments))
    problems: list[str] = []
    try:
        chosen = [
            each for each in areas(discover(options.addons_path)) if not options.names or each.name in options.names
        ]
        for area in chosen:
            for language in area.languages:
                if options.update:
                    missing = update(area, language)
                    _say(f"{area.name}: {missing} texts without {language} translation")
                problems += check(area, language)
        for language in TRANSLATED:
            problems += clashes(chosen, language)
    except (CoreError, SyntaxError) as err:
        problems.append(str(err))
    for problem in problems if options.check else ():
        _say(problem)
    _say(f"{len(problems)} translations missing or wrong")
    return 1 if options.check and problems else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    raise SystemExit(main())
