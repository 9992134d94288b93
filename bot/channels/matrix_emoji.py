"""The 64 emojis by which two people compare keys, and what they are called (Matrix client-server
API, section 10.9.1.2.4.2, “SAS method: emoji”)."""

from __future__ import annotations

from collections.abc import Sequence

_LISTED = """
🐶 Chien/Dog, 🐱 Chat/Cat, 🦁 Lion/Lion, 🐎 Cheval/Horse, 🦄 Licorne/Unicorn, 🐷 Cochon/Pig,
🐘 Éléphant/Elephant, 🐰 Lapin/Rabbit, 🐼 Panda/Panda, 🐓 Coq/Rooster, 🐧 Manchot/Penguin,
🐢 Tortue/Turtle, 🐟 Poisson/Fish, 🐙 Poulpe/Octopus, 🦋 Papillon/Butterfly, 🌷 Fleur/Flower,
🌳 Arbre/Tree, 🌵 Cactus/Cactus, 🍄 Champignon/Mushroom, 🌏 Globe/Globe, 🌙 Lune/Moon,
☁️ Nuage/Cloud, 🔥 Feu/Fire, 🍌 Banane/Banana, 🍎 Pomme/Apple, 🍓 Fraise/Strawberry,
🌽 Maïs/Corn, 🍕 Pizza/Pizza, 🎂 Gâteau/Cake, ❤️ Cœur/Heart, 😀 Sourire/Smiley,
🤖 Robot/Robot, 🎩 Chapeau/Hat, 👓 Lunettes/Glasses, 🔧 Clé plate/Spanner, 🎅 Père Noël/Santa,
👍 Pouce levé/Thumbs Up, ☂️ Parapluie/Umbrella, ⌛ Sablier/Hourglass, ⏰ Réveil/Clock,
🎁 Cadeau/Gift, 💡 Ampoule/Light Bulb, 📕 Livre/Book, ✏️ Crayon/Pencil, 📎 Trombone/Paperclip,
✂️ Ciseaux/Scissors, 🔒 Cadenas/Lock, 🔑 Clé/Key, 🔨 Marteau/Hammer, ☎️ Téléphone/Telephone,
🏁 Drapeau/Flag, 🚂 Train/Train, 🚲 Vélo/Bicycle, ✈️ Avion/Aeroplane, 🚀 Fusée/Rocket,
🏆 Trophée/Trophy, ⚽ Ballon/Ball, 🎸 Guitare/Guitar, 🎺 Trompette/Trumpet, 🔔 Cloche/Bell,
⚓ Ancre/Anchor, 🎧 Casque/Headphones, 📁 Dossier/Folder, 📌 Punaise/Pin
"""
#: (emoji, French name, English name), by index
EMOJIS = tuple(
    (one.split(" ", 1)[0], *one.split(" ", 1)[1].split("/"))
    for one in _LISTED.replace(",\n", ", ").strip().split(", ")
)


def told(indices: Sequence[int], language: str) -> str:
    """The emojis with their names: “🐶 Chien, …”."""
    which = 1 if language == "fr" else 2
    return ", ".join(f"{EMOJIS[at][0]} {EMOJIS[at][which]}" for at in indices)
