"""Prepared entries: folding keeps every place, sentences end where they end, stems meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import cues, tokens
from bot.understanding.language import fold, prepare, stem


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Échirolles", "echirolles"),
        ("l’Adullact", "l'adullact"),
        ("Saint\u2011Égrève", "saint-egreve"),
        ("niveau\u00a05\u202f!", "niveau 5 !"),
        ("« Or »", '" or "'),
        ("E\u0301CHIROLLES", "echirolles"),
    ],
)
def test_fold(written, folded) -> None:
    assert fold(written) == folded


@given(st.text(max_size=200))
def test_folding_keeps_every_place(text) -> None:
    import unicodedata

    assert len(fold(text)) == len(unicodedata.normalize("NFC", text))


@given(st.text(alphabet="ab1 œæé€²Ω_-–.,'\n\x01\x02\x1c\x85@·", max_size=60))
def test_the_quick_way_to_cut_words_and_the_plain_one_agree(text) -> None:
    words, starts = tokens.cut(text)
    assert (words, starts) == tokens.by_expression(text)
    assert [text[at : at + len(word)] for word, at in zip(words, starts, strict=True)] == words


@pytest.mark.parametrize(
    "written", ["lauréat·e·s", "lauréat.e.s", "lauréat(e)s", "lauréats", "LAURÉATES"]
)
def test_inclusive_writing_is_one_word(written, knowledge, make_entry) -> None:
    prepared = prepare(make_entry(None, f"Les {written} de 2026", "2026-11-20"), knowledge)
    assert prepared.stem(1) == stem("laureat", "fr")


@pytest.mark.parametrize(
    ("family", "language"),
    [
        ("decerne decernee decernes decernent decernait", "fr"),
        ("remporte remportee remportent remporter", "fr"),
        ("laureat laureate laureats laureates", "fr"),
        ("labellise labellisee labellisation", "fr"),
        ("receive receives received receiving", "en"),
        ("honoured honours honour", "en"),
    ],
)
def test_conjugation_is_the_stemmers(family, language) -> None:
    assert len({stem(word, language) for word in family.split()}) == 1


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Un label. Un prix.", ["Un label.", "Un prix."]),
        ("M. Dupont reçoit le prix. Bravo !", ["M. Dupont reçoit le prix.", "Bravo !"]),
        ("Le prix est pour… Échirolles !", ["Le prix est pour… Échirolles !"]),
        ("Le site alposs.fr est ouvert.", ["Le site alposs.fr est ouvert."]),
        ("Or\nÉchirolles\nBoé", ["Or", "Échirolles", "Boé"]),
        ("Version 2.3.0 du logiciel", ["Version 2.3.0 du logiciel"]),
    ],
)
def test_sentences(text, sentences, knowledge, make_entry) -> None:
    prepared = prepare(make_entry(None, text, "2026-11-20"), knowledge)
    assert [sentence.text for sentence in prepared.sentences] == sentences


def test_where_a_place_is(knowledge, make_entry) -> None:
    prepared = prepare(make_entry("Titre", "Résumé.", "2026-11-20", content="Corps."), knowledge)
    assert [(one.where, one.text) for one in prepared.sentences] == [
        ("title", "Titre"),
        ("summary", "Résumé."),
        ("content", "Corps."),
    ]
    assert [prepared.where(one.start) for one in prepared.sentences] == [
        "title",
        "summary",
        "content",
    ]
    assert prepared.sentence_at(len(prepared.text) - 1).text == "Corps."


def test_cues_are_found_by_stem_by_word_and_by_phrase(knowledge, make_entry) -> None:
    prepared = prepare(
        make_entry(None, "Elles s’étaient vu remettre des prix libres.", "2026-11-20"), knowledge
    )
    found = {(cue.name, prepared.slice(cue.start, cue.end)) for cue in cues.of(prepared)}
    assert ("receive", "vu remettre") in found
    assert ("awardnoun", "prix") in found
    assert ("noprize", "prix libres") in found


def test_a_language_without_a_file_has_no_cues(knowledge, make_entry) -> None:
    prepared = prepare(
        make_entry(None, "Die Stadt gewinnt", "2026-11-20", language="de"), knowledge
    )
    assert prepared.language is None
    assert cues.of(prepared) == ()
