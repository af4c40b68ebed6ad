"""Reads ``security/*.yaml`` of addons and checks it against the models of a registry. Layer: access.

Two steps, because files are read once per addon and checked once per registry: `read_security` gives the checked shape of one addon's
files, `declare` joins those of all enabled addons into `Declarations`. Both gather every fault before they raise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.access.declarations import (
    ADMINISTRATOR,
    NOBODY,
    Declarations,
    FieldLimit,
    Follow,
    GroupDecl,
    ModelGrant,
    Rule,
    SpecialDecl,
    Switch,
    closure,
)
from core.access.rules import read_rule
from core.access.schema import FieldEntry, GroupEntry, RuleEntry, SecurityFile
from core.errors import CoreError, DataError, UnknownFieldError, UnknownModelError, Where, raise_faults, unknown
from core.i18n import _
from core.plugins.yamlfile import YamlFile, check, load_yaml

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo

__all__ = ["SecuritySource", "declare", "read_security"]

BUILT_IN = (ADMINISTRATOR, NOBODY)


@dataclass(frozen=True)
class SecuritySource:
    """One checked file of an addon."""

    addon: str
    file: YamlFile
    content: SecurityFile


def read_security(addon: str, folder: Path, documents: Iterable[Any] = ()) -> list[SecuritySource]:
    """Return the checked security files of one addon, by name; an absent folder gives none.

    Args:
        addon: Name of the addon.
        folder: Its ``security`` folder.
        documents: What its hook ``declare_access`` returned: plain data of the shape of a file.

    Raises:
        DataError: Files are no YAML or not of the right shape; holds the faults of all files.
    """
    sources: list[SecuritySource] = []
    faults: list[CoreError] = []
    files: list[YamlFile | Path] = [*sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])]
    files += [YamlFile(folder.parent / "hooks.py", document, addon) for document in documents]
    for item in files:
        try:
            file = item if isinstance(item, YamlFile) else load_yaml(item, DataError, addon=addon)
            sources.append(SecuritySource(addon, file, check(file, SecurityFile, DataError, addon=addon)))
        except DataError as error:
            faults.extend(error.faults or [error])
    raise_faults(faults, DataError, f"security of {addon}")
    return sources


def declare(
    sources: Iterable[SecuritySource], models: Mapping[str, ModelInfo], addons: Iterable[str] = ()
) -> Declarations:
    """Join what all enabled addons declare.

    What names a group of an addon that is not among them is left out and told in `Declarations.unmet`: nobody is in that group.

    Args:
        sources: Files in the dependency order of their addons.
        models: Models of the registry, by name.
        addons: Names of all enabled addons, for those without files.

    Raises:
        DataError: Anything names an unknown model, field or group, is declared twice, or groups imply one another in a circle; holds
            all faults, each with file and line.
    """
    listed = list(sources)
    joining = _Joining(models, {*addons, *(source.addon for source in listed)})
    for source in listed:
        joining.take_names(source)
    for source in listed:
        joining.take_rest(source)
    joining.check_circles()
    raise_faults(joining.faults, DataError, "rights")
    return joining.result()


class _Joining:
    """Collects declarations and faults. Names come first, so that files may refer to one another in any order."""

    def __init__(self, models: Mapping[str, ModelInfo], addons: set[str]) -> None:
        self.models = models
        self.addons = addons
        self.unmet: list[CoreError] = []
        self.faults: list[CoreError] = []
        self.groups: dict[str, GroupDecl] = {}
        self.additions: list[tuple[str, tuple[str, ...], Where]] = []
        self.special: dict[str, SpecialDecl] = {}
        self.grants: list[ModelGrant] = []
        self.rules: dict[str, Rule] = {}
        self.rule_places: dict[str, Where] = {}
        self.limits: list[FieldLimit] = []
        self.follows: dict[str, Follow] = {}
        self.switches: list[Switch] = []

    def take_names(self, source: SecuritySource) -> None:
        for at, group in enumerate(source.content.groups):
            self._take_group(group, source.addon, source.file.where(("groups", at)))
        for at, special in enumerate(source.content.special):
            where = source.file.where(("special", at))
            self._once(special.id, self.special, where)
            groups = frozenset(special.groups)
            self.special.setdefault(special.id, SpecialDecl(special.id, special.label, source.addon, groups, where))

    def take_rest(self, source: SecuritySource) -> None:
        file, content = source.file, source.content
        for at, group in enumerate(content.groups):
            self._known_groups(group.implies, file, ("groups", at, "implies"))
        for at, special in enumerate(content.special):
            known = self._known_groups(special.groups, file, ("special", at, "groups"))
            self.special[special.id] = replace(self.special[special.id], groups=known & self.special[special.id].groups)
        for model, rights in content.access.items():
            self._known_model(model, file.where(("access", model)))
            known = self._known_groups(rights, file, ("access", model))
            for holder in (each for each in rights if each in known):
                operations = rights[holder]
                self.grants.append(ModelGrant(model, holder, operations, file.where(("access", model, holder))))
        for at, rule in enumerate(content.rules):
            self._take_rule(rule, file, at)
        for path, entry in content.fields.items():
            self._take_limits(path, entry, file)
        for model, field in content.follow.items():
            self._take_follow(model, field, file.where(("follow", model)))
        if content.switch is not None:
            self.switches.append(Switch(source.addon, content.switch, file.where(("switch",))))

    def _take_group(self, group: GroupEntry, addon: str, where: Where) -> None:
        if group.label is None:
            self.additions.append((group.id, tuple(group.implies), where))
            return
        self._once(group.id, self.groups, where)
        decl = GroupDecl(group.id, group.label, addon, tuple(group.implies), where, group.description)
        self.groups.setdefault(group.id, decl)

    def _take_rule(self, rule: RuleEntry, file: YamlFile, at: int) -> None:
        where = replace(file.where(("rules", at)), model=rule.model)
        groups, operations = self._known_groups(rule.groups, file, ("rules", at, "groups")), frozenset(rule.operations)
        if rule.groups and not groups:
            # Without any it would hold for everybody; left out, the model would be open where it is the only rule.
            groups = frozenset([NOBODY])
        same = self.rules.get(rule.id)
        if same is not None and (same.model, same.groups, same.operations, same.domain) == (
            (rule.model, groups, operations, rule.domain)
        ):
            # An addon may repeat a rule that it relies on; only another meaning under the same id is a fault.
            return
        self._once(rule.id, self.rule_places, where)
        self.rule_places.setdefault(rule.id, where)
        if not self._known_model(rule.model, file.where(("rules", at, "model"))):
            return
        place = file.where(("rules", at, "domain"), model=rule.model)
        try:
            render = read_rule(rule.domain, self.models[rule.model], self.models, place)
        except CoreError as error:
            self.faults.extend(_as_data_error(fault, place) for fault in error.faults or [error])
            return
        self.rules.setdefault(
            rule.id, Rule(rule.id, rule.model, groups, operations, rule.domain, render, rule.label, where)
        )

    def _take_limits(self, path: str, entry: FieldEntry, file: YamlFile) -> None:
        model, field = path.rsplit(".", 1)
        where = replace(file.where(("fields", path)), model=model, field=field)
        unmet = len(self.unmet)
        limits = []
        for operation, holders in (("read", entry.read), ("update", entry.update)):
            if holders is not None:
                known = self._known_groups(holders, file, ("fields", path, operation), also=self.special)
                place = replace(file.where(("fields", path, operation)), model=model, field=field)
                limits.append(FieldLimit(model, field, operation, known, place))
        if self._known_model(model, where) and field not in self.models[model].fields:
            fault = unknown(
                "field", field, self.models[model].fields, DataError, where=where, code=UnknownFieldError.code
            )
            # The field comes with the addon whose groups these are: there is nothing to guard before.
            (self.unmet if len(self.unmet) > unmet else self.faults).append(fault)
            return
        self.limits += limits

    def _take_follow(self, model: str, field: str, where: Where) -> None:
        if not self._known_model(model, where):
            return
        found = self.models[model].fields.get(field)
        if found is None:
            self.faults.append(
                unknown("field", field, self.models[model].fields, DataError, where=where, code=UnknownFieldError.code)
            )
        elif found.kind != "many2one" or not found.is_stored:
            self.faults.append(DataError(_('"%(field)s" is no stored Many2one.', field=field), where=where))
        else:
            self._once(model, self.follows, where)
            self.follows.setdefault(model, Follow(model, field, where))

    def _once(self, name: str, taken: Mapping[str, Any], where: Where) -> None:
        if name in taken:
            first = taken[name] if isinstance(taken[name], Where) else taken[name].where
            self.faults.append(
                DataError(
                    _('"%(name)s" is declared twice.', name=name),
                    code="data.duplicate",
                    hint=_("first in %(place)s", place=str(first)),
                    where=where,
                )
            )

    def _known_model(self, model: str, where: Where) -> bool:
        found = self.models.get(model)
        if found is None or found.abstract:
            names = [name for name, info in self.models.items() if not info.abstract]
            self.faults.append(unknown("model", model, names, DataError, where=where, code=UnknownModelError.code))
            return False
        return True

    def _known_groups(
        self, names: Iterable[str], file: YamlFile, key: tuple[str | int, ...], also: Mapping[str, Any] | None = None
    ) -> frozenset[str]:
        """Return those of ``names`` that there are; the others become faults, or unmet references."""
        known = {*self.groups, *BUILT_IN, *(also or ())}
        found = set()
        for at, name in enumerate(names):
            if name in known:
                found.add(name)
            else:
                self._no_group(name, known, file.where((*key, name if key[0] == "access" else at)))
        return frozenset(found)

    def _no_group(self, name: str, known: Iterable[str], where: Where) -> None:
        addon = name.partition(".")[0]
        if addon in self.addons or any(group.startswith(f"{addon}.") for group in self.groups):
            self.faults.append(unknown("group", name, known, DataError, where=where, code="data.unknown_group"))
            return
        message = _('The group "%(name)s" is of an addon that is not enabled; the rest holds without it.', name=name)
        self.unmet.append(DataError(message, code="data.absent_group", where=where))

    def check_circles(self) -> None:
        for name, implies, where in self.additions:
            if name in self.groups:
                self.groups[name] = replace(self.groups[name], implies=(*self.groups[name].implies, *implies))
            else:
                self._no_group(name, self.groups, where)
        edges = {name: group.implies for name, group in self.groups.items()}
        reported: set[str] = set()
        for name, group in self.groups.items():
            reached = closure(group.implies, edges)
            if name in reached and name not in reported:
                circle = [name]
                step = reached[name]
                while step is not None and step != name and step not in circle:
                    circle.append(step)
                    step = reached[step]
                reported.update(circle)
                path = " → ".join([name, *reversed(circle[1:]), name])
                self.faults.append(
                    DataError(
                        _("Groups imply one another in a circle: %(path)s.", path=path),
                        code="data.cycle",
                        where=group.where,
                    )
                )

    def result(self) -> Declarations:
        return Declarations(
            groups=self.groups,
            grants=tuple(self.grants),
            rules=tuple(self.rules.values()),
            limits=tuple(self.limits),
            special=self.special,
            follows=self.follows,
            switches=tuple(self.switches),
            unmet=tuple(self.unmet),
        )


def _as_data_error(fault: CoreError, place: Where) -> DataError:
    """Say a fault of a domain or expression at the place of the rule that holds it."""
    inner = fault.where.key if fault.where.key and place.key and fault.where.key.startswith(place.key) else place.key
    return DataError(fault.message, code=fault.code, hint=fault.hint, where=replace(place, key=inner))
