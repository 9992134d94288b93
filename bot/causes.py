"""What the system refuses, in the reader's words instead of its own."""

from __future__ import annotations

import errno
from collections.abc import Mapping

#: what the system says most often (errno.h), in words that say what is the matter
_SYSTEM: Mapping[int, Mapping[str, str]] = {
    errno.EACCES: {"fr": "accès refusé", "en": "access denied"},
    errno.EPERM: {"fr": "accès refusé", "en": "access denied"},
    errno.ENOENT: {"fr": "il n’existe pas", "en": "it does not exist"},
    errno.ENOTDIR: {"fr": "ce n’est pas un dossier", "en": "it is no folder"},
    errno.EISDIR: {"fr": "c’est un dossier", "en": "it is a folder"},
    errno.EEXIST: {"fr": "il existe déjà", "en": "it exists already"},
    errno.ENOSPC: {"fr": "le disque est plein", "en": "the disk is full"},
    errno.EDQUOT: {"fr": "le quota du disque est atteint", "en": "the disk quota is reached"},
    errno.EROFS: {"fr": "le disque est en lecture seule", "en": "the disk is read-only"},
    errno.EIO: {"fr": "le disque est défaillant", "en": "the disk fails"},
    errno.ENAMETOOLONG: {"fr": "le nom est trop long", "en": "the name is too long"},
    errno.ELOOP: {"fr": "trop de liens symboliques", "en": "too many symbolic links"},
    errno.EMFILE: {"fr": "trop de fichiers ouverts", "en": "too many open files"},
    errno.EADDRINUSE: {"fr": "le port est déjà pris", "en": "the port is taken already"},
    errno.EADDRNOTAVAIL: {
        "fr": "cette machine n’a pas cette adresse",
        "en": "this machine does not have that address",
    },
    errno.ECONNREFUSED: {"fr": "connexion refusée", "en": "connection refused"},
    errno.ECONNRESET: {"fr": "connexion coupée", "en": "connection cut off"},
    errno.EPIPE: {"fr": "connexion coupée", "en": "connection cut off"},
    errno.ETIMEDOUT: {"fr": "pas de réponse à temps", "en": "no answer in time"},
    errno.EHOSTUNREACH: {"fr": "machine injoignable", "en": "machine out of reach"},
    errno.ENETUNREACH: {"fr": "pas de réseau", "en": "no network"},
}


def cause_of(error: BaseException) -> Mapping[str, str]:
    """Why the system refused, by language: to be given as a field. What has no words of ours is
    said as the system says it, or by its sort."""
    if isinstance(error, TimeoutError):
        return _SYSTEM[errno.ETIMEDOUT]
    if type(error).__name__ == "gaierror":  # by name: --help imports no socket
        return {"fr": "nom de machine introuvable", "en": "machine name not found"}
    known = _SYSTEM.get(getattr(error, "errno", None) or 0)
    if known is not None:
        return known
    said = getattr(error, "strerror", None) or type(error).__name__
    return {"fr": said, "en": said}


def cause_in(error: BaseException, language: str) -> str:
    """The same in one language (falls back to English)."""
    causes = cause_of(error)
    return causes.get(language, causes["en"])
