"""Find which keys a pydantic model knows at some place, to propose the nearest (layer config)."""

from __future__ import annotations

import types
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag


def known_keys(model: type[BaseModel], loc: Iterable[str | int]) -> list[str]:
    """Return the names of all keys that may stand at ``loc``.

    Args:
        model: Model of the whole document.
        loc: Place as in a pydantic error: keys, list positions and names of union members. Empty: the document itself.
    """
    found: list[Any] = [model]
    for part in loc:
        found = _step(found, part) or found
    names: list[str] = []
    for annotation in _members(found):
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            names.extend(name for name in key_names(annotation) if name not in names)
    return names


def key_names(model: type[BaseModel]) -> list[str]:
    """Return the keys of one model as they are written in a file, in the order of declaration."""
    return [str(info.alias or name) for name, info in model.model_fields.items()]


def _step(annotations: list[Any], part: str | int) -> list[Any]:
    """Return the annotations one key, position or union member further in; empty if none fits."""
    found: list[Any] = []
    for annotation, tag in _tagged(annotations):
        if tag == part or _is_named(annotation, part):
            return [annotation]
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            for name, info in annotation.model_fields.items():
                if part in (name, info.alias):
                    found.append(Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation)
            continue
        arguments = get_args(annotation)
        if not arguments:
            continue
        if isinstance(part, int) and get_origin(annotation) is not dict:
            found.append(arguments[min(part, len(arguments) - 1)] if arguments[-1] is not ... else arguments[0])
        elif isinstance(part, str) and len(arguments) == 2 and get_origin(annotation) is dict:
            found.append(arguments[1])
    return found


def _is_named(annotation: Any, part: str | int) -> bool:
    """Tell whether ``part`` is how pydantic names this member of a union: by class name or by discriminating value."""
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return False
    if annotation.__name__ == part:
        return True
    literals = (info.annotation for info in annotation.model_fields.values() if get_origin(info.annotation) is Literal)
    return any(get_args(literal) == (part,) for literal in literals)


def _members(annotations: list[Any]) -> list[Any]:
    return [annotation for annotation, _ in _tagged(annotations)]


def _tagged(annotations: list[Any]) -> list[tuple[Any, str | None]]:
    """Take unions, aliases and `Annotated` apart; each member comes with the tag pydantic knows it by, or None."""
    flat: list[tuple[Any, str | None]] = []
    for annotation in annotations:
        if hasattr(annotation, "__value__"):
            flat.extend(_tagged([annotation.__value__]))
        elif get_origin(annotation) is Annotated:
            inner, *metadata = get_args(annotation)
            tag = next((mark.tag for mark in metadata if isinstance(mark, Tag)), None)
            flat.extend((member, tag or own) for member, own in _tagged([inner]))
        elif get_origin(annotation) in (Union, types.UnionType):
            flat.extend(_tagged([*get_args(annotation)]))
        else:
            flat.append((annotation, None))
    return flat
