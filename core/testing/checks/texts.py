"""Checks of translations and hooks; layer ``core.testing``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from core.i18n.extract import areas, check
from core.plugins import spec as core_spec
from core.plugins.hookcheck import CORE, collect_specs, faults_of, offered
from core.plugins.loader import load_addons
from core.testing.checks.subject import Subject


def texts_are_translated(subject: Subject) -> Iterator[str]:
    """Every text a user sees is translated into every language of the interface; an addon of others may leave out zh_TW."""
    area = next((area for area in areas(subject.addons) if area.name == subject.name), None)
    problems = [problem for language in area.languages for problem in check(area, language)] if area else []
    yield from (problem.removeprefix(f"{subject.path}/") for problem in problems)
    if problems:
        yield f"write them into i18n/; `python -m core.i18n.extract --update {subject.name}` adds the lines to be filled in"


def hooks_match_specifications(subject: Subject) -> Iterator[str]:
    """Every hook that ``hooks.py`` implements is offered by the core or an addon it needs, with these arguments."""
    loaded, _broken = load_addons(subject.needed)
    own = next((each for each in loaded if each.name == subject.name), None)
    if own is None or own.hooks is None:
        return
    specs, errors = collect_specs(
        [(CORE, core_spec), *((each.name, each.hookspecs) for each in loaded if each.hookspecs)]
    )
    if subject.name in errors:
        yield subject.told(errors[subject.name])
    for fault in faults_of(own.hooks, subject.name, specs):
        yield subject.told(fault)


def hooks_offered_are_documented(subject: Subject) -> Iterator[str]:
    """Every hook the addon offers says in its docstring when it is called, and stands in the README."""
    if subject.loaded.hookspecs is None:
        return
    readme = subject.path / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.is_file() else ""
    for spec in offered(subject.loaded.hookspecs, subject.name):
        line = inspect.unwrap(spec.function).__code__.co_firstlineno
        if not spec.doc:
            yield f"hookspecs.py:{line}: say in the docstring of {spec.name} when it is called and what it may return or raise"
        if spec.name not in text:
            yield f"README.md: document the hook {spec.name}, which the addon offers"
