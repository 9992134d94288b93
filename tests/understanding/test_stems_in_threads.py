import sys
from concurrent.futures import ThreadPoolExecutor

from bot.understanding.language import stem

WORDS = [
    "obtiendront",
    "logiciels",
    "communes",
    "régionalisation",
    "gagnaient",
    "nationalement",
] * 60


def test_words_are_stemmed_alike_in_many_threads():
    expected = [stem.__wrapped__(word, "fr") for word in WORDS]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            runs = [
                pool.submit(lambda: [stem.__wrapped__(word, "fr") for word in WORDS])
                for _ in range(16)
            ]
            assert all(run.result() == expected for run in runs)
    finally:
        sys.setswitchinterval(before)
