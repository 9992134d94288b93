"""What a newcomer sees: the founding news becomes exactly three announcements, once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORDS = """\
[Serait publié]
  Échirolles reçoit le NEC d’or 2025 de la cohérence.

  Prix remis par l’ANCT, l’Agence nationale de la cohésion des territoires, mercredi 29 octobre 2025 à Strasbourg.

  Source : Le Travailleur alpin, 30 octobre 2025
  {link}

[Serait publié]
  Échirolles obtient le niveau 5 sur 5 du label Territoire Numérique Libre, pour la troisième année consécutive.

  Label décerné par l’association ADULLACT en décembre 2024.

  Source : Le Travailleur alpin, 30 octobre 2025
  {link}

[Serait publié, déjà passé]
  AlpOSS 2026, la rencontre du logiciel libre dans les Alpes, a eu lieu mardi 17 février 2026 à Échirolles.

  Organisée par Belledonne Communications, OW2 et la Ville d’Échirolles.

  Source : Le Travailleur alpin, 30 octobre 2025
  {link}
"""
LINK = (
    "https://travailleur-alpin.fr/2025/10/30/"
    "echirolles-recoit-le-prix-national-nec-dor-pour-sa-strategie-numerique"
)


@pytest.fixture
def once(tmp_path):
    """``alposs-bot once`` with the sample alone: no test reads the real sources."""
    shipped = ROOT / "config"
    config = tmp_path / "config"
    (config / "sources").mkdir(parents=True)
    (config / "channels").mkdir()
    shutil.copy(shipped / "sources" / "exemple-fondateur.toml", config / "sources")
    shutil.copytree(shipped / "sources" / "samples", config / "sources" / "samples")
    shutil.copy(shipped / "channels" / "console.toml", config / "channels")

    def run(language: str = "fr") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                sys.executable,
                "-m",
                "bot",
                "--config",
                str(config),
                "--data",
                str(tmp_path / "d"),
                "once",
            ],
            env={**os.environ, "ALPOSS_LANG": language, "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run


def same_spaces(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def announcements(text: str) -> list[str]:
    """One announcement each, in alphabetical order."""
    return sorted(part.strip() for part in text.split("[Serait publié") if part.strip())


def test_the_founding_news_is_three_announcements_once(once):
    first = once()
    assert first.returncode == 0, first.stderr
    said = same_spaces(first.stdout)
    told = said[: said.index("Une passe")]
    assert announcements(told) == announcements(WORDS.format(link=LINK))
    assert "Aperçu" in first.stderr
    second = once()
    assert second.returncode == 0, second.stderr
    assert "Serait publié" not in second.stdout
