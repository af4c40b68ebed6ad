"""The languages of the interface, and which of several a reader of another one understands best (layer i18n)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

SOURCE_LANGUAGE = "en"
LANGUAGES = {"zh_CN": "简体中文", "zh_TW": "繁體中文", "en": "English"}
"""Languages in which the interface is complete, each by its own name, in the order in which they are offered."""
_WRITTEN_LIKE = {
    "zh_Hans": "zh_CN",
    "zh_SG": "zh_CN",
    "zh_Hant": "zh_TW",
    "zh_HK": "zh_TW",
    "zh_MO": "zh_TW",
}
"""Region or script → the language written with the same characters."""


def related(language: str, known: Iterable[str]) -> list[str]:
    """Return the languages to show to a reader of ``language``, best first: itself, one written alike, others of the same stem.

    >>> related("zh_HK", ["en", "zh_CN", "zh_TW"]), related("zh_TW", ["en", "zh_CN"]), related("zh", ["zh_TW", "zh_CN"])
    (['zh_TW', 'zh_CN'], ['zh_CN'], ['zh_CN', 'zh_TW'])
    """
    stem, region, *_more = [*language.split("_"), ""]
    # zh_Hant_HK is written like zh_Hant.
    alike = _WRITTEN_LIKE.get(f"{stem}_{region}")
    same = sorted(other for other in known if other.partition("_")[0] == stem)
    return sorted(same, key=lambda other: (other != language, other != alike))


@cache
def others_for(language: str, own: str) -> tuple[str, ...]:
    """Return the languages to look up before the text in the language of the database, best first.

    >>> others_for("zh_TW", "en"), others_for("zh_TW", "zh_CN"), others_for("en", "en")
    (('zh_TW', 'zh_CN'), ('zh_TW',), ())
    """
    if language == own:
        return ()
    forms = tuple(dict.fromkeys((language, *related(language, LANGUAGES))))
    # What stands in a related form of the language need not be sought beyond that.
    return forms[: forms.index(own)] if own in forms else forms
