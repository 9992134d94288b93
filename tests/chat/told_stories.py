"""Stories as the tests of chat tell them."""

from datetime import UTC, datetime

from bot.stories.story import Story, Witness
from bot.understanding.fact import AwardFact, CallFact, EventFact

NOW = datetime(2026, 2, 11, 9, 0, tzinfo=UTC)  # a Wednesday, 10:00 in Paris


def story(id, *facts, title="", summary="", kind=None, updated=NOW, witnesses=(), **more):
    """A story with one witness."""
    kinds = {AwardFact: "award", EventFact: "event", CallFact: "call_for_papers"}
    told = Witness(
        f"e-{id}", "ta", "Le Travailleur alpin", f"https://ta.example/{id}", updated, title=title
    )
    return Story(
        id,
        kind or (kinds[type(facts[0])] if facts else "other"),
        facts,
        (*witnesses, told),
        title,
        summary,
        "fr",
        updated,
        updated,
        **more,
    )
