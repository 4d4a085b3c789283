"""The language of the search field: what it finds, and what it says of a mistake."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.store import Collection, Database
from cardscanner_gui.store.search.fields import BY_NAME
from cardscanner_gui.store.search.language import QueryError, parse, quoted
from tests.store.cards import EMBERIX, HO_WIND, entry, printing

TODAY = time.time()
TYPE_ZERO = printing("Type: Zero", "100", set_code="PAL", set_names={"en": "Palms"})
ENTRIES: dict[str, Any] = {
    "sproutle": entry(
        quantity=3,
        finish="reverse",
        condition="EX",
        language="ja",
        tags=("For Trade", "étoile"),
        folder="Red Binder",
        position="page 2, 1",
        scanned_at=TODAY,
    ),
    "emberix": entry(
        EMBERIX,
        finish="holo",
        grader="PSA",
        grade="9.5",
        certificate="0042",
        purchase_price=12.5,
        purchase_currency="EUR",
        purchased_on="2025-03-14",
        note="a gift; drop table",
    ),
    "ho": entry(replace(HO_WIND, illustrator="Zoé Brush"), condition="PL", grade="10"),
    "zero": entry(TYPE_ZERO, scanned_at=TODAY - 86_400 * 40, folder="Box"),
    "palmfox": entry(printing("Palm Fox", "24a", set_names={"en": "Palette"}), quantity=9),
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    database = Database(Path(tmp_path_factory.mktemp("search")) / "collection.sqlite3")
    collection = Collection(database)
    collection.add_all(list(ENTRIES.values()))
    yield collection
    database.close()


def found(collection: Collection, text: str) -> set[str]:
    ids = collection.ids(EntryQuery(text))
    assert len(ids) == collection.count(EntryQuery(text))
    by_name = {one.printing.name: key for key, one in ENTRIES.items()}
    return {by_name[one.printing.name] for one in collection.entries(ids)}


ALL = set(ENTRIES)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ALL),
        ("sprou", {"sproutle"}),
        ("name:routl", {"sproutle"}),
        ("name:pousséclair", {"sproutle"}),
        ("name:スプラ", {"sproutle"}),
        ("name:gift", set()),
        ("name=emberix", {"emberix"}),
        ("name=ember", set()),
        ("set:VDN", {"sproutle"}),
        ("SET:vdn", {"sproutle"}),
        ("set:pal", {"zero"}),
        ("set:palet", {"palmfox"}),
        ('set:"first light"', {"emberix"}),
        ("set:inv01", {"emberix"}),
        ("number:12", {"sproutle"}),
        ("number:012/193", {"sproutle"}),
        ("number:1..20", {"sproutle", "emberix"}),
        ("number:24a", {"palmfox"}),
        ("rarity:rare", {"emberix"}),
        ("rarity:r", {"emberix"}),
        ("rarity=rar", set()),
        ("finish:reverse", {"sproutle"}),
        ("-finish:normal", {"sproutle", "emberix"}),
        ("condition:ex", {"sproutle"}),
        ("condition<NM", {"sproutle", "ho"}),
        ('cond:"near mint" qty=1', {"emberix", "zero"}),
        ("lang:ja", {"sproutle"}),
        ("lang:japanese,de", {"sproutle"}),
        ("qty>1", {"sproutle", "palmfox"}),
        ("qty:2..8", {"sproutle"}),
        ("qty>=9", {"palmfox"}),
        ("-qty<9", {"palmfox"}),
        ('tag:"for trade"', {"sproutle"}),
        ("tag:trade", set()),
        ("tag:ETOILE", {"sproutle"}),
        ("tag:*", {"sproutle"}),
        ("-tag:*", ALL - {"sproutle"}),
        ("folder:red", {"sproutle"}),
        ("folder=box", {"zero"}),
        ("folder:red,box", {"sproutle", "zero"}),
        ("folder:*", {"sproutle", "zero"}),
        ('position:"page 2"', {"sproutle"}),
        ("grade>=9.5", {"emberix", "ho"}),
        ("grade:10", {"ho"}),
        ("grader:psa", {"emberix"}),
        ("cert:0042", {"emberix"}),
        ("price>12", {"emberix"}),
        ("price:..12", set()),
        ("-price:*", ALL - {"emberix"}),
        ("currency:eur", {"emberix"}),
        ("bought:2025", {"emberix"}),
        ("bought:2025-03", {"emberix"}),
        ("bought:2025-03-14", {"emberix"}),
        ("bought>2025-03-14", set()),
        ("bought<2026", {"emberix"}),
        ("added:today", {"sproutle"}),
        ("added:7d", {"sproutle"}),
        ("added:60d", {"sproutle", "zero"}),
        ("added:2023-11-14..2023-11-16", {"emberix", "ho", "palmfox"}),
        ("artist:zoe", {"ho"}),
        ("note:gift", {"emberix"}),
        ("note:fox", set()),
        ("has:price,tags", {"emberix", "sproutle"}),
        ("id:inv01-4", {"emberix"}),
        ("game:pokemon", ALL),
        ('"type: zero"', {"zero"}),
        ("-palm", ALL - {"zero", "palmfox"}),
        ("palm qty>1 -folder:box", {"palmfox"}),
        ("-", ALL),
        ('"', ALL),
    ],
)
def test_it_finds_what_was_meant(shared: Collection, text: str, wanted: set[str]) -> None:
    assert found(shared, text) == wanted


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sett:PAL", "no “sett:”.* mean “set:”"),
        ("type: null", "no “type:”.*Quotes"),
        ("qty>many", "“qty” wants a number, not “many”"),
        ("qty:", "“qty:” wants a value"),
        ("qty:..", "before or after"),
        ("rarity>rare", "more or less"),
        ("lang:klingon", "no language: there are en"),
        ("condition:shiny", "no condition: there are MT"),
        ("added:2025-13", "no day: write 2025"),
        ("added:soon", "no day"),
        ("qty>nan", "wants a number"),
        ("has:wings", "knows photo"),
    ],
)
def test_a_mistake_is_said_in_a_sentence(shared: Collection, text: str, says: str) -> None:
    with pytest.raises(QueryError, match=says):
        shared.count(EntryQuery(text))


def test_other_names_of_a_card_find_it(shared: Collection) -> None:
    query = EntryQuery("キザハシ qty>1", aliases=(("キザハシ", ("palm fox", "sproutle")),))
    assert shared.count(query) == 2
    assert shared.count(EntryQuery("-キザハシ", aliases=query.aliases)) == 3


def test_yesterday_ends_where_today_begins(shared: Collection) -> None:
    yesterday = (date.today() - timedelta(1)).isoformat()
    assert shared.count(EntryQuery(f"added:{yesterday}")) == 0
    assert shared.count(EntryQuery(f"added>{yesterday}")) == 1


_values = st.text(st.characters(codec="utf-8"), max_size=12)
_texts = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.lists(
        st.builds(
            "{}{}{}{}".format,
            st.sampled_from(["", "-"]),
            st.sampled_from([*BY_NAME, "nonsense", ""]),
            st.sampled_from([":", "=", ">", ">=", "<", "<="]),
            st.one_of(_values, _values.map(quoted), st.sampled_from(["*", "1..2", "..", "2025"])),
        ),
        max_size=4,
    ).map(" ".join),
)


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=_texts)
def test_whatever_is_typed_is_found_or_told(shared: Collection, text: str) -> None:
    """Neither breaks the SQL nor changes anything."""
    with suppress(QueryError):
        assert 0 <= shared.count(EntryQuery(text)) <= len(ENTRIES)
    assert shared.count(EntryQuery()) == len(ENTRIES)


@given(value=st.text(st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_a_quoted_value_comes_back_whole(value: str) -> None:
    bare = value.replace('"', "").strip()
    if not bare:
        return
    (term,) = parse(f"note:{quoted(bare)}")
    assert term.values == (bare,)
    assert (term.start, term.end) == (0, len(f"note:{quoted(bare)}"))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tag=st.text(st.characters(codec="utf-8"), min_size=1, max_size=12))
def test_every_tag_can_be_searched_for(collection: Collection, tag: str) -> None:
    bare = " ".join(tag.replace('"', "").split())
    if not bare or bare == "*":
        return
    (entry_id,) = collection.add(entry(note="mine")).ids
    collection.update([entry_id], tags=(bare, "other"))
    assert collection.ids(EntryQuery(f"tag:{quoted(bare)}")) == [entry_id]
    collection.delete([entry_id])
