"""Prices: asked of a real server on loopback, kept by day, summed, exported; never unasked."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.collection import Entry, EntryQuery
from cardscanner_gui.core.errors import ValuesError
from cardscanner_gui.core.types import Printing, Variant
from cardscanner_gui.core.values import CARDMARKET, TCGPLAYER
from cardscanner_gui.export import export_entries, formats_of
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.store import Collection, Database
from cardscanner_gui.store.quotes import QuoteStore
from cardscanner_gui.valuing.asking import Asking

# As the API answers, but for what isn't read.
ANSWER = {
    "id": "inv02-012",
    "pricing": {
        "cardmarket": {
            "updated": "2026-11-26T00:42:15.000Z",
            "unit": "EUR",
            "avg": 0.1,
            "low": 0.02,
            "trend": 0.08,
            "avg-holo": 0.3,
            "low-holo": 0.04,
            "trend-holo": 0.25,
        },
        "tcgplayer": {
            "updated": "2026-11-25T20:06:58.000Z",
            "unit": "USD",
            "normal": {"lowPrice": 0.01, "midPrice": 0.2, "marketPrice": 0.12},
            "reverse-holofoil": {"lowPrice": 0.1, "midPrice": 0.4, "marketPrice": 0.35},
        },
    },
}
CARD = Printing(
    "inv02-012",
    {"en": "Sproutle"},
    "inv02",
    {"en": "Verdant Dawn"},
    "012",
    variants=(Variant("normal"), Variant("reverse"), Variant("normal", ("staff",))),
)


class Server:
    """Answers what it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.answers: dict[str, tuple[int, bytes]] = {}
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                outer.headers.append(dict(self.headers))
                code, body = outer.answers.get(self.path, (404, b"{}"))
                self.send_response(code)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"

    def say(self, card: str, answer: object, code: int = 200) -> None:
        self.answers[f"/v2/en/cards/{card}"] = code, json.dumps(answer).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever)
    thread.start()
    yield server
    server.http.shutdown()
    server.http.server_close()
    thread.join()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "collection.db")
    yield database
    database.close()


@pytest.fixture
def quotes(database: Database) -> QuoteStore:
    collection = Collection(database)
    collection.add(Entry(CARD, quantity=10, folder="Red"))
    collection.add(Entry(CARD, quantity=2, finish="reverse", language="fr"))
    collection.add(Entry(CARD, stamp="staff"))
    collection.add(Entry(CARD, grader="PSA", grade="10"))
    collection.add(Entry(replace(CARD, id="inv02-013", number="013")))
    return QuoteStore(database)


def ask(quotes: QuoteStore, server: Server) -> int:
    return Asking(quotes, GAMES, server.address).run(CancelToken())


def test_each_printing_is_asked_for_once_and_nothing_else_is_sent(
    quotes: QuoteStore, server: Server
) -> None:
    server.say("inv02-012", ANSWER)
    assert ask(quotes, server) == 2
    assert server.asked == ["/v2/en/cards/inv02-012", "/v2/en/cards/inv02-013"]
    assert all(
        set(h) <= {"Host", "User-Agent", "Accept-Encoding", "Connection"} for h in server.headers
    )
    assert ask(quotes, server) == 0, "not again on the same day"


def test_totals_by_set_and_folder_have_source_currency_and_day(
    quotes: QuoteStore, server: Server
) -> None:
    server.say("inv02-012", ANSWER)
    ask(quotes, server)
    (euros,) = quotes.totals(CARDMARKET)
    assert euros.amount == pytest.approx(10 * 0.08 + 2 * 0.25)
    assert (euros.currency, euros.copies, euros.day) == ("EUR", 12, "2026-11-26")
    (dollars,) = quotes.totals(TCGPLAYER, "set")
    assert (dollars.group, dollars.currency, dollars.day) == ("Verdant Dawn", "USD", "2026-11-25")
    assert dollars.amount == pytest.approx(10 * 0.12 + 2 * 0.35)
    folders = {one.group: one.amount for one in quotes.totals(TCGPLAYER, "folder")}
    assert folders == {"Red": pytest.approx(1.2), "": pytest.approx(0.7)}
    (today,) = quotes.history(CARDMARKET)
    assert today.total == pytest.approx(euros.amount)


def test_a_newer_price_counts_and_the_older_one_stays(
    quotes: QuoteStore, server: Server, database: Database
) -> None:
    server.say("inv02-012", ANSWER)
    ask(quotes, server)
    newer = json.loads(json.dumps(ANSWER).replace("2026-11-26", "2026-11-27").replace("0.08", "1"))
    server.say("inv02-012", newer)
    with database.transaction() as connection:
        connection.execute("UPDATE quotes_asked SET asked_at = 0")
    ask(quotes, server)
    assert quotes.totals(CARDMARKET)[0].amount == pytest.approx(10 * 1 + 2 * 0.25)
    assert database.value("SELECT count(*) FROM quotes WHERE source = 'cardmarket'") == 4


def test_exports_carry_them(
    quotes: QuoteStore, server: Server, database: Database, tmp_path: Path
) -> None:
    server.say("inv02-012", ANSWER)
    ask(quotes, server)
    entries = Collection(database).entries(EntryQuery())
    formats = formats_of(GAMES, quotes.quotes())
    export_entries(entries, formats["dragon-shield"], tmp_path / "out.csv")
    text = (tmp_path / "out.csv").read_text()
    assert "English,,,0.01,0.20,0.12" in text
    assert "French,,,0.10,0.40,0.35" in text
    assert text.count("English,,,,,") == 3, "stamped, graded and unknown cards have none"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"pricing": None},
        {"pricing": {"cardmarket": [], "tcgplayer": 5}},
        {"pricing": {"cardmarket": {"trend": "much", "avg": True, "trend-holo": -1}}},
        {"pricing": {"tcgplayer": {"normal": None, "rainbow": {"marketPrice": 5}}}},
        {"pricing": {"cardmarket": {"trend": 1e300}}},
    ],
)
def test_answers_without_sense_are_no_prices(
    answer: object, quotes: QuoteStore, server: Server
) -> None:
    server.say("inv02-012", answer)
    assert ask(quotes, server) == 2
    assert quotes.totals(CARDMARKET) == quotes.totals(TCGPLAYER) == []


@pytest.mark.parametrize("how", ["away", "error", "no json"])
def test_a_server_that_fails_is_one_line_and_keeps_what_came(
    how: str, quotes: QuoteStore, server: Server
) -> None:
    server.say("inv02-012", ANSWER)
    path = "/v2/en/cards/inv02-013"
    server.answers[path] = (503, b"") if how == "error" else (200, b"<html>")
    address = "http://127.0.0.1:9" if how == "away" else server.address
    with pytest.raises(ValuesError, match=r"127\.0\.0\.1") as caught:
        Asking(quotes, GAMES, address).run(CancelToken())
    assert "\n" not in str(caught.value)
    assert len(quotes.totals(CARDMARKET)) == (how != "away")


def test_a_server_by_file_is_refused(quotes: QuoteStore) -> None:
    with pytest.raises(ValuesError, match="no address of a price server"):
        Asking(quotes, GAMES, "file:///etc").run(CancelToken())
