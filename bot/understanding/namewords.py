"""Words that a capital does not make a name."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Folded words that are capitalised at the start of a sentence, or always, and are no name.
COMMON = _words(
    """
    attention vigilance alerte conference portrait anniversaire maires president presidente presidents ministre delegue deleguee directeur directrice elu elue elus intercommunalite
    mesdames messieurs tous notez retrouvez decouvrez voir lire aucun aucune
    a adjoint adjointe ainsi all alors also an and aout apres april argent as at au august
    aujourd aussi autres aux avant avec avril award awards badge bravo bronze but by c ca car
    categorie category ce certains ces cet cette champagne chez cinq cinquieme collectivite
    comme comment commission commune communes communique concours cote d dans de december
    decembre deja demain departement depuis dernier derniere derriere des deux deuxieme
    dimanche direct distinction distingue distinguee dix donc dont du elle elles en encore
    enfin entre et europe february felicitations fevrier first five for four france friday
    from he her hier his how huit ici il ils in inclusion informatique internet it its january
    janvier jeudi juillet juin july june jury l la la-bas label labels laureat laureate
    laureates laureats le les leur leurs libre logiciel logiciels lors lundi m madame mai
    maintenant maire mairie mais many march mardi mars may mention mentions merci mercredi
    metropole mme moins monday monsieur municipalite municipalites neuf ni niveau no nos notre
    nous nouveau nouvelle november novembre numerique october octobre of on one or other
    others ou our palmares par parmi pendant photo photos plus plusieurs pour pourquoi premier
    premiere presse prime primee prix prize prizes quand quarante quatre quatrieme que qui
    quoi recompense recompensee record region remise retro sa sacre sacree samedi sans
    saturday second selon senat sept september septembre ses seul seule seules seuls several
    she si six sixieme son sous spectaculaire sunday sur syndicat territoire territoires that
    the their these they third this those three thursday titulaire tous tout toute toutes
    trente tres tribune trois troisieme trophee tuesday two un une vendredi vers video ville
    villes vingt voici voila vos votre we wednesday what when where who why winner winners
    with yes ont sont furent ci-dessous ci-dessus faites grace suite scop scic exclusif indice bilan
    verdict resultat resultats rendez rappel bonjour bonsoir coup cocorico pme tpe eti esn dsi pdg
    ceo dgs alpine alpin alpins alpine alpines
    """
)
