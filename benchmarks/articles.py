"""Articles of 3 KB as a town hall or a newspaper publishes them: one invented piece of news, and then
what else there is to tell. No sentence comes twice, as in a text that was never read before."""

from __future__ import annotations

_ELSE = (
    "Le conseil municipal s’est réuni lundi soir en présence d’une soixantaine d’habitants du "
    "quartier. Les travaux de la rue des Alpes reprennent mardi et dureront trois semaines, "
    "selon la mairie. La circulation sera alternée entre le pont et la place du marché ; les "
    "bus de la ligne 12 feront un détour par l’avenue de la République. « Nous avons entendu "
    "les remarques des riverains », assure l’adjointe aux mobilités, qui promet un passage "
    "piéton devant l’école avant la rentrée. Le budget, de 240 000 euros, est financé pour "
    "moitié par la Métropole. L’opposition regrette qu’aucune piste cyclable ne soit prévue. "
    "Les arbres coupés au printemps seront remplacés à l’automne par des tilleuls et des "
    "érables. La bibliothèque rouvre le 4 septembre après deux mois de fermeture : de "
    "nouvelles étagères, une salle de travail et un espace pour les tout-petits attendent les "
    "lecteurs. Les inscriptions aux activités périscolaires se font en ligne ou à l’accueil "
    "de la mairie, du lundi au vendredi de 8 h 30 à 12 h et de 13 h 30 à 17 h. Le club de "
    "handball cherche des entraîneurs bénévoles pour ses équipes de jeunes. Samedi, la "
    "chorale donnera un concert à l’église ; l’entrée est gratuite. Un nouveau médecin "
    "s’installe à la maison de santé en novembre, après le départ à la retraite du docteur "
    "Martin. La collecte des déchets verts change de jour : elle passe du mercredi au jeudi "
    "jusqu’à la fin du mois. Le repas des aînés a réuni 180 personnes dans la salle des "
    "fêtes, décorée par les enfants du centre de loisirs. La piscine fermera une semaine pour "
    "vidange. Le tri sélectif progresse encore, avec 62 kilos par habitant l’an dernier "
    "contre 58 l’année précédente. La gendarmerie rappelle quelques conseils de prudence "
    "avant les vacances : fermer les volets, prévenir un voisin, ne rien laisser en vue. Deux "
    "jardins partagés ouvriront près du canal, où l’association des jardiniers propose des "
    "parcelles de vingt mètres carrés. Les demandes sont à déposer avant le 15 mars. Un "
    "sentier de randonnée de sept kilomètres relie désormais les hameaux. Enfin, le cinéma "
    "associatif fête ses trente ans avec une projection en plein air et un goûter offert aux "
    "familles. Le programme complet est affiché en mairie et sur le site de la commune. "
)
_NEWS = {
    "a label": (
        "Crolles décroche trois arobases",
        (
            "Le label Villes Internet a été remis mardi 4 février à la commune de Crolles, qui obtient "
            "trois arobases pour son portail citoyen et ses ateliers d’initiation. L’an dernier, elle "
            "en avait deux. « Nos agents utilisent des logiciels libres depuis dix ans », rappelle le "
            "maire. "
        ),
    ),
    "a gathering": (
        "Une install party à la bibliothèque",
        (
            "Samedi 14 mars 2026, de 14 h à 18 h, l’association Libre en Chartreuse organise une install "
            "party à la bibliothèque de Voiron. Apportez votre ordinateur : des bénévoles vous aideront "
            "à y installer Linux. L’entrée est libre. "
        ),
    ),
    "other": ("Le marché change de place", ""),
}


def articles() -> dict[str, tuple[str, str]]:
    """What each is about -> its title and its text."""
    return {about: (title, (news + _ELSE)[:2950]) for about, (title, news) in _NEWS.items()}
