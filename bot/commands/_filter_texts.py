"""What `why` says of news that a source's own filter stopped (the keys are understanding/sift's), or
that people look at first."""

from __future__ import annotations

from collections.abc import Mapping

#: what people have decided, or will
_DRAFT_TEXTS: Mapping[str, Mapping[str, str]] = {
    "draft": {
        "fr": "Attend d’être relue pour {channel} (brouillon {draft}).",
        "en": "Waits to be looked at for {channel} (draft {draft}).",
    },
    "rejected": {
        "fr": "N’a pas été retenue à la relecture pour {channel} (brouillon {draft}).",
        "en": "Was not let through when people looked at it for {channel} (draft {draft}).",
    },
}

FILTER_TEXTS: Mapping[str, Mapping[str, str]] = {
    "filter-include": {
        "fr": "aucun des mots voulus par le filtre de cette source n’y est ({patterns})",
        "en": "none of the words that this source’s filter wants is in it ({patterns})",
    },
    "filter-exclude": {
        "fr": "le filtre de cette source écarte ce qui contient {pattern}",
        "en": "this source’s filter leaves out what contains {pattern}",
    },
    "filter-kind": {
        "fr": "le filtre de cette source ne garde pas cette sorte de nouvelle ({kind})",
        "en": "this source’s filter does not keep this kind of news ({kind})",
    },
    "filter-language": {
        "fr": "elle est en «\u00a0{language}\u00a0», et le filtre de cette source ne garde "
        "que\u00a0: {wanted}",
        "en": "it is in “{language}”, and this source’s filter keeps only: {wanted}",
    },
    **_DRAFT_TEXTS,
}
