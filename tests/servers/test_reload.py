"""A bot that runs takes up its files, by SIGHUP and by `alposs-bot reload`, with no restart."""

from __future__ import annotations

import os
import signal


def test_o7_a_running_bot_reloads_by_signal_and_by_command(bot_process):
    bot = bot_process
    bot.write("channels/console.toml", 'kind = "console"\nlanguage = "fr"\n')
    bot.write("sources/un.toml", 'kind = "memory"\nname = "Un"\n')
    nobody = bot.command("reload")  # while none runs: read, and nobody answers
    assert nobody.returncode == 2, nobody.stderr
    assert "aucun bot" in nobody.stderr
    bot.start()
    bot.wait_for(lambda: "bot started" in bot.said(), "the start")

    bot.write("sources/deux.toml", 'kind = "memory"\nname = "Deux"\n')
    os.kill(bot.process.pid, signal.SIGHUP)
    bot.wait_for(lambda: "taken up sources=2" in bot.said(), "SIGHUP to be taken up")

    bot.write("sources/trois.toml", 'kind = "memory"\nname = "Trois"\n')
    done = bot.command("reload")
    assert done.returncode == 0, done.stderr + bot.said()
    assert "Nouvelles sources\u00a0: trois." in done.stdout
    assert "rien n’a changé" in bot.command("reload").stdout
    assert "alposs-bot reload (les fichiers)" in bot.command("journal").stdout

    bot.write("sources/trois.toml", 'kind = "memory"\nnom = "Trois"\n')
    os.kill(bot.process.pid, signal.SIGHUP)
    bot.wait_for(lambda: "reste" in bot.said() or "stays as it was" in bot.said(), "the refusal")
    refused = bot.command("reload")
    assert refused.returncode == 1
    assert "trois.toml" in refused.stderr
    assert "nom" in refused.stderr
    assert bot.stop() == 0
