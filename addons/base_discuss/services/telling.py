"""Who hears of a comment: those mentioned, who is answered, and the followers; each once, and only if they may read the record."""

from collections.abc import Collection, Mapping

from addons.base_discuss.services.discussed import Discussed
from addons.base_discuss.services.following import followers_of
from addons.base_discuss.services.mentions import Mentioned, readers_among
from core.api import _, notify

LONGEST_EXCERPT = 300


def tell(
    discussed: Discussed, text: str, mentioned: Mentioned, *, answered: int | None = None, is_new: bool = True
) -> Mapping[int, str]:
    """Notify those concerned by a comment; return those mentioned who may read the record, names by id.

    Args:
        discussed: The record.
        text: The comment.
        mentioned: Whom it mentions and who was not told before.
        answered: Id of the user whose comment it answers.
        is_new: Whether the comment was just written; followers do not hear of changes.
    """
    env = discussed.env
    followers = followers_of(discussed) if is_new else set()
    others = ({answered} if answered is not None else set()) | followers
    readers = readers_among(discussed, {*mentioned.people, *others})
    told = {number: name for number, name in mentioned.people.items() if number in readers}
    words = {"name": env.user.name, "record": discussed.record.display_name}
    rest = (readers & others) - set(told) - {env.uid}
    groups: list[tuple[Collection[int], object]] = [
        (set(told) - {env.uid}, _("%(name)s mentioned you: %(record)s", **words)),
        (rest & {answered}, _("%(name)s replied to you: %(record)s", **words)),
        (rest - {answered}, _("%(name)s commented on %(record)s", **words)),
    ]
    for users, title in groups:
        if users:
            notify(env, users, title, text=_excerpt(text), url=discussed.url)
    return told


def _excerpt(text: str) -> str:
    return text if len(text) <= LONGEST_EXCERPT else f"{text[: LONGEST_EXCERPT - 1].rstrip()}…"
