"""What `why` says of what went out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
        "fr": "Annonce retirée de {channel} {at}.",
        "en": "Announcement taken back from {channel} {at}.",
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
