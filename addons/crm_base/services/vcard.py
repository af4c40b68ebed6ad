"""Reading vCards (2.1, 3.0, 4.0) as far as a customer and a contact need them.

The libraries there are read and write all of the standard and bring three more packages; ten properties need none of them.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Callable, Iterator

from core.api import ValidationError, _

MOST = 200
"""Cards of one file."""
_FOLD = re.compile(r"\r?\n[ \t]")
_PHONES = {"cell": "mobile", "mobile": "mobile", "fax": "fax"}


def read_vcards(content: bytes) -> list[dict[str, str]]:
    """Return what the cards of a file say: mappings with any of ``customer name post phone mobile fax mail website address postcode im``.

    Raises:
        ValidationError: It holds no card, too many of them, or something else.
    """
    cards: list[dict[str, str]] = []
    current: dict[str, str] | None = None
    for name, parameters, value in _properties(_decoded(content)):
        if name == "BEGIN" and value.strip().upper() == "VCARD":
            current = {}
        elif name == "END" and value.strip().upper() == "VCARD" and current is not None:
            if current.get("name") or current.get("customer"):
                cards.append(current)
            current = None
            if len(cards) > MOST:
                raise ValidationError(_("There are more than %(count)s cards in the file.", count=MOST))
        elif current is not None:
            _take(current, name, parameters, value)
    if not cards:
        raise ValidationError(_("There is no vCard in the file."))
    return cards


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(_("The text of the file can't be read."))


def _properties(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield name, parameters and plain value of each line."""
    lines = iter(_FOLD.sub("", text).replace("\r\n", "\n").split("\n"))
    for line in lines:
        head, colon, value = line.partition(":")
        if not colon:
            continue
        name, *given = head.split(";")
        parameters: dict[str, str] = {}
        for each in given:
            key, equals, what = each.partition("=")
            # vCard 2.1 writes ``TEL;CELL`` for ``TEL;TYPE=CELL``.
            key, what = (key.upper(), what.strip('"')) if equals else ("TYPE", key)
            parameters[key] = f"{parameters[key]},{what}".lower() if key in parameters else what.lower()
        if "quoted-printable" in (parameters.get("ENCODING", ""), parameters.get("TYPE", "")):
            while value.endswith("="):
                value = value[:-1] + next(lines, "").strip()
            value = _plain(quopri.decodestring(value.encode()), parameters.get("CHARSET", "utf-8"))
        elif parameters.get("ENCODING") in ("b", "base64") and not name.upper().endswith("PHOTO"):
            try:
                value = _plain(base64.b64decode(value), parameters.get("CHARSET", "utf-8"))
            except binascii.Error:
                continue
        yield name.rpartition(".")[2].upper(), parameters, value


def _plain(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return content.decode("utf-8", "replace")


def _parts(value: str) -> list[str]:
    """Return the parts set apart by semicolons, with what was escaped as it was meant."""
    return [_unescaped(part) for part in re.split(r"(?<!\\);", value)]


def _unescaped(value: str) -> str:
    text = re.sub(r"\\([nN,;\\])", lambda found: "\n" if found[1] in "nN" else found[1], value)
    return " ".join(text.replace("\x00", "").split())


def _take(card: dict[str, str], name: str, parameters: dict[str, str], value: str) -> None:
    if name in _PLAIN:
        found = {_PLAIN[name]: _unescaped(value)}
    elif name in _READERS:
        found = _READERS[name](value)
    elif name == "TEL":
        kinds = parameters.get("TYPE", "").split(",")
        key = next((_PHONES[kind] for kind in sorted(kinds) if kind in _PHONES), "phone")
        found = {key: _unescaped(value).removeprefix("tel:")}
    else:
        return
    for key, text in found.items():
        # The formatted name is what is printed; the one in parts only stands in for it.
        if text and (key not in card or name == "FN"):
            card[key] = text[:255]


def _is_chinese(text: str) -> bool:
    return any(ord(char) > 0x2E7F for char in text)


def _name(value: str) -> dict[str, str]:
    family, given = [*_parts(value), "", ""][:2]
    return {"name": f"{family}{given}" if _is_chinese(family + given) else f"{given} {family}".strip()}


def _address(value: str) -> dict[str, str]:
    parts = [*_parts(value), *[""] * 7][:7]
    chinese = _is_chinese(value)
    # Written from the greatest to the smallest in Chinese, the other way round elsewhere.
    order = (6, 4, 3, 2, 1) if chinese else (1, 2, 3, 4, 6)
    return {"address": ("" if chinese else ", ").join(parts[at] for at in order if parts[at]), "postcode": parts[5]}


def _organisation(value: str) -> dict[str, str]:
    return {"customer": _parts(value)[0]}


_PLAIN = {
    "FN": "name",
    "TITLE": "post",
    "ROLE": "post",
    "EMAIL": "mail",
    "URL": "website",
    "IMPP": "im",
    "X-WECHAT": "im",
    "X-QQ": "im",
}
_READERS: dict[str, Callable[[str], dict[str, str]]] = {"N": _name, "ADR": _address, "ORG": _organisation}
