"""What `why` says of what went out."""

from __future__ import annotations

from collections.abc import Mapping

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
}
