"""Agendas: Agenda du Libre, Mobilizon, pretalx."""

import json
from datetime import UTC, datetime

import pytest

from bot.errors import Closed, Unreadable
from bot.sources import agendadulibre
from bot.sources.agendadulibre import AgendaDuLibre
from bot.sources.ical import Ical
from bot.sources.mobilizon import Mobilizon

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
EVENT = {
    "id": 12,
    "title": "Install party & café",
    "description": "<p>Venez</p>",
    "start_time": "2026-02-14T13:00:00.000Z",
    "end_time": "2026-02-14T18:00:00.000+01:00",
    "place_name": "La Turbine",
    "address": "5 esplanade Andry-Farcy",
    "city": "Grenoble",
    "url": "https://agenda.example/events/12.json",
    "tags": ["linux", {"name": "gul"}],
}
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Une\r\n"
    "DTSTART:20260214T130000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


async def test_agenda_du_libre_by_place_and_distance(site, fetcher):
    site.serve("/events.json", json.dumps([EVENT]))
    options = AgendaDuLibre.Options(
        kind="agendadulibre", name="A", url=site.url + "/events.json", near="Grenoble", distance=40
    )
    (item,) = (await AgendaDuLibre("a", options, fetcher).read({}, NOW)).items
    assert dict(site.asked[0].query) == {"near[location]": "Grenoble", "near[distance]": "40"}
    assert item.summary == (
        "Début\u00a0: samedi 14 février 2026 14:00 — Fin\u00a0: samedi 14 février 2026 18:00 — "
        "Lieu\u00a0: La Turbine, 5 esplanade Andry-Farcy, Grenoble"
    )
    assert (item.url, item.tags) == ("https://agenda.example/events/12", ("linux", "gul"))
    assert item.title == "Install party &amp; café"


@pytest.mark.parametrize("body", [b"{}", b"<html>", b"["])
def test_r11_what_is_no_agenda_is_said(body):
    with pytest.raises(Unreadable):
        agendadulibre.parse(body, "", "Europe/Paris", "fr")


@pytest.mark.parametrize("odd", [None, 3, {}, {"start_time": "demain"}, {"title": [], "tags": 3}])
def test_r1_an_odd_event_spoils_no_other(odd):
    found = agendadulibre.parse(json.dumps([odd, EVENT]).encode(), "", "Europe/Paris", "fr")
    assert [item["title"] for item in found["items"]] == ["Install party &amp; café"]


@pytest.mark.parametrize(
    ("page", "asked"), [("/@gul", "/@gul/feed/ics"), ("", "/feed/instance/ics")]
)
async def test_mobilizon_by_its_page(page, asked, site, fetcher):
    site.serve(asked, ICS)
    options = Mobilizon.Options(kind="mobilizon", name="M", url=site.url + page)
    (item,) = (await Mobilizon("m", options, fetcher).read({}, NOW)).items
    assert item.title == "Une"


async def test_mobilizon_without_feeds_says_what_to_do(site, fetcher):
    site.serve("/@gul/feed/ics", status=401)
    options = Mobilizon.Options(kind="mobilizon", name="M", url=site.url + "/@gul")
    with pytest.raises(Closed) as refusal:
        await Mobilizon("m", options, fetcher).read({}, NOW)
    assert "flux" in refusal.value.say("fr")
    assert "administrators" in refusal.value.say("en")


def test_mobilizon_wants_a_group():
    with pytest.raises(ValueError):
        Mobilizon.Options(kind="mobilizon", name="M", url="https://m.example/events/12")


async def test_a_pretalx_schedule_is_a_calendar(site, fetcher):
    site.serve("/alposs/schedule/export/schedule.ics", ICS)
    url = site.url + "/alposs/schedule/export/schedule.ics"
    reading = await Ical("p", Ical.Options(kind="ical", name="P", url=url), fetcher).read({}, NOW)
    assert [item.title for item in reading.items] == ["Une"]
