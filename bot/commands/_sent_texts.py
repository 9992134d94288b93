"""What `why` says of what went out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.commands._traces import GivenUp
    from bot.outbox.delivery import Delivery

SENT_TEXTS: Mapping[str, Mapping[str, str]] = {
    "sent": {
        "fr": "Annoncée sur {channel} {at}{link}.",
        "en": "Announced on {channel} {at}{link}.",
    },
    "sent-boost": {
        "fr": "Partagée (boost) sur {channel} {at}, car le message de son auteur dit tout{link}.",
        "en": "Boosted on {channel} {at}, since the post of its author says it all{link}.",
    },
    "sent-digest": {
        "fr": "Annoncée dans un résumé sur {channel} {at}{link}.",
        "en": "Announced in a digest on {channel} {at}{link}.",
    },
    "sent-edit": {
        "fr": "Annonce corrigée sur {channel} {at}{link}.",
        "en": "Announcement corrected on {channel} {at}{link}.",
    },
    "sent-withdraw": {
        "fr": "Sur {channel}, l’annonce a été retirée {at}.",
        "en": "Announcement taken back from {channel} {at}.",
    },
    "flood-digest": {
        "fr": "Trop de nouvelles sont arrivées à la fois pour être annoncées une à une\u00a0: le "
        "résumé en rassemble {n} ([news] flood_cap).",
        "en": "Too much news came at once to be told one by one: the digest gathers {n} of them "
        "([news] flood_cap).",
    },
    "sending": {"fr": "En cours d’envoi sur {channel}.", "en": "Being sent to {channel}."},
    "sending-stopped": {
        "fr": "Le bot s’est arrêté pendant l’envoi sur {channel}\u00a0: dès qu’il tourne, il la "
        "reprend, sans l’y mettre deux fois.",
        "en": "The bot stopped while sending it to {channel}: as soon as it runs it takes it up "
        "again, and never puts it there twice.",
    },
    "queued-held": {
        "fr": "Attend son tour sur {channel}, derrière un message en cours d’envoi\u202f; si "
        "celui-ci reste sans réponse\u00a0: {at}.",
        "en": "Waits for its turn on {channel}, behind a message that is being sent; should no "
        "answer to that one come: {at}.",
    },
}

#: a post that is not there any more, or never was; ``{by}`` is one of the last three below
_ENDED: Mapping[str, Mapping[str, str]] = {
    "withdrawn": {
        "fr": "Sur {channel}, l’annonce a été retirée{by}.",
        "en": "The announcement was taken back from {channel}{by}.",
    },
    "unsent": {
        "fr": "Pas publiée sur {channel}\u00a0: elle a été abandonnée avant d’être envoyée{by}.",
        "en": "Not published on {channel}: it was given up before it was sent{by}.",
    },
    "doubtful": {
        "fr": "Sur {channel}, elle a été abandonnée sans que je sache si elle y est{by}.",
        "en": "On {channel} it was given up while I could not tell whether it is there{by}.",
    },
    "edit": {
        "fr": "Sur {channel}, une correction a été abandonnée{by}.",
        "en": "On {channel} a correction was given up{by}.",
    },
    "withdraw": {
        "fr": "Sur {channel}, le retrait de l’annonce a été abandonné{by}.",
        "en": "On {channel} taking the announcement back was given up{by}.",
    },
    "by": {"fr": ", par {who}, {at}", "en": ", by {who}, {at}"},
    "at": {"fr": ", {at}", "en": ", {at}"},
    "nobody": {"fr": "", "en": ""},
}

_PICTURE: Mapping[str, Mapping[str, str]] = {
    "shown": {"fr": " Avec l’image de l’article.", "en": " With the article’s image."},
    "left": {
        "fr": " Sans l’image de l’article\u00a0: {cause}.",
        "en": " Without the article’s image: {cause}.",
    },
}


def pictured(one: Delivery, said: str) -> str:
    """What became of the image that a post was to show; "" where there was none."""
    if one.action != "post" or not one.picture:
        return ""
    key = "left" if "left" in one.picture else "shown"
    return _PICTURE[key].get(said, _PICTURE[key]["en"]).format(cause=one.picture.get("left"))


def ended(
    one: Delivery, by: GivenUp | None, channel: str, at: Callable[[datetime], str], said: str
) -> str:
    """How a post that is not there, or not known to be there, came to its end."""

    def words(key: str, **fields: str) -> str:
        return _ENDED[key].get(said, _ENDED[key]["en"]).format(**fields)

    whose = "nobody" if by is None else "by" if by.who else "at"
    told = words(whose, **({"who": by.who, "at": at(by.at)} if by else {}))
    key = "withdrawn" if one.sent_at is not None else "doubtful" if one.doubt else "unsent"
    key = key if one.action == "post" else one.action
    return words(key, channel=channel, by=told)
