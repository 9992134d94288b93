"""A folded text cut into words, and where each of them begins.

Nearly every text becomes plain ASCII when it is folded (:func:`bot.understanding.language.fold`),
but for a dash, a currency sign or an œ. ``str.translate`` and ``str.split`` cut such a text several
times faster than a regular expression does; a text with anything else is left to the expression,
which says what a word is. Both give the same words.
"""

from __future__ import annotations

import re
from itertools import accumulate, compress

#: Letters and figures; a run of @.
_WORD = re.compile(r"([^\W_]+|@+)")
_DOTTED_WORD = re.compile(r"([^\W_]+(?:·[a-z]+)*|@+)")  # "lauréat·e·s"
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
#: Every ASCII character that is in no word becomes the end of a line.
_APART = {code: chr(code) if chr(code).isalnum() else "\n" for code in range(128)}
#: While a text is cut, these stand for its letters that are not ASCII ("œ"): no text holds them.
_STAND_INS = "\x01\x02\x03\x04\x05\x06"
for _code in map(ord, _STAND_INS):
    _APART[_code] = chr(_code)

Tokens = tuple[list[str], list[int]]


def cut(folded: str) -> Tokens:
    """The words of a folded text in order, and the offset of each."""
    if "@" in folded or "·" in folded:
        return by_expression(folded)
    letters: list[str] = []
    plain = folded
    if not folded.isascii():
        letters = [char for char in set(_NOT_ASCII.findall(folded)) if char.isalnum()]
        if len(letters) > len(_STAND_INS):
            return by_expression(folded)
        for letter, other in zip(letters, _STAND_INS, strict=False):
            plain = plain.replace(letter, other)
        plain = plain.encode("ascii", "replace").decode("ascii")  # a "?" for each of the others
    if any(other in folded for other in _STAND_INS):
        return by_expression(folded)
    lines = plain.translate(_APART)
    for letter, other in zip(letters, _STAND_INS, strict=False):
        lines = lines.replace(other, letter)
    # a line is a word and what ends it, or that alone: their lengths add up to where each begins
    pieces = lines.split("\n")
    begins = accumulate(map(len, lines.splitlines(keepends=True)), initial=0)
    return [*filter(None, pieces)], [*compress(begins, pieces)]


def by_expression(folded: str) -> Tokens:
    """The same, slowly."""
    word = _DOTTED_WORD if "·" in folded else _WORD
    pieces = word.split(folded)  # between words, word, between words, …
    edges = [*accumulate(map(len, pieces))]  # where each piece ends
    return pieces[1::2], edges[:-1:2]
