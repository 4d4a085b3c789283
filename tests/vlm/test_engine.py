"""The engine through real tiny models: order of results, memory, drafts, batches, cancelling."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import numpy as np
import pytest

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.core.types import CardImage
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.events import FieldRead, RecordRead, TokenRead
from cardscanner_gui.vlm.graphs.session import Stop
from cardscanner_gui.vlm.key_values import InPlaceCache
from cardscanner_gui.vlm.layouts import SPLIT, STRIPS, WHOLE, WHOLE_AND_PRINT
from cardscanner_gui.vlm.writer import Writer, Written, WrittenField
from tests.vlm.asked import ASKED, FIELDS, KNOWN, OPEN
from training.tiny_vlm.cards import flat_card


def record(engine: Engine, card: CardImage, **options: object) -> RecordRead:
    *_, last = engine.read(card, **options)  # type: ignore[arg-type]
    assert isinstance(last, RecordRead)
    return last


def test_quick_fields_come_first_and_everything_is_told(
    engine: Engine, cards: list[CardImage]
) -> None:
    events = list(engine.read(cards[0], layout=STRIPS))
    names = [event.name for event in events if isinstance(event, FieldRead)]
    assert names == list(FIELDS)
    assert names[:3] == list(FIELDS[:3])
    assert isinstance(events[-1], RecordRead)
    assert all(0 <= f.confidence <= 1 for f in events[-1].fields.values())
    shown = "".join(e.text for e in events if isinstance(e, TokenRead) and e.field == "name")
    assert shown.strip() == events[-1].fields["name"].text
    assert events[-1].fields["name"].text in {*KNOWN["name"], ""}


def test_values_keep_to_their_constraints(engine: Engine, cards: list[CardImage]) -> None:
    fields = record(engine, cards[0]).fields
    assert fields["hp"].text == "" or fields["hp"].text.isdigit()
    assert fields["year"].text == "" or fields["year"].text.isdigit()
    assert "\n" not in fields["attacks"].text


def test_what_was_seen_is_not_computed_again(
    engine: Engine, prepared: Path, cards: list[CardImage]
) -> None:
    engine.look(cards[0], STRIPS)
    again = record(engine, cards[0], layout=STRIPS)
    assert again.reused == 1
    assert again.raw == record(engine, cards[0], layout=STRIPS).raw
    assert again.raw == record(Engine(prepared, ASKED), cards[0], layout=STRIPS).raw


def test_details_extend_the_quick_tile(
    engine: Engine, prepared: Path, cards: list[CardImage]
) -> None:
    record(engine, cards[0], fields=FIELDS[:3], layout=WHOLE)
    details = record(engine, cards[0], layout=WHOLE_AND_PRINT)
    assert details.reused == 1
    fresh = record(Engine(prepared, ASKED), cards[0], layout=WHOLE_AND_PRINT)
    assert details.raw == fresh.raw


def test_equal_fingerprints_are_one_picture_and_pixels_decide_without(
    engine: Engine, cards: list[CardImage]
) -> None:
    record(engine, cards[0], fingerprint="a")
    assert record(engine, cards[0], fingerprint="a").reused == 1
    assert record(engine, cards[0], fingerprint="b").reused == 0
    changed = cards[0].pixels.copy()
    changed[-40:, :40] = 0
    assert record(engine, flat_card(changed)).reused == 0


def test_drafts_and_chunks_change_no_token(engine: Engine, cards: list[CardImage]) -> None:
    right = right_and_wrong = 0
    for card in cards:
        plain = record(engine, card, layout=STRIPS)
        truth = {name: field.text or "-" for name, field in plain.fields.items()}
        agreed = record(engine, card, layout=STRIPS, expected=truth)
        wrong = {**truth, "hp": "340", "number": "001/002"}
        disputed = record(engine, card, layout=STRIPS, expected=wrong)
        assert plain.raw == agreed.raw == disputed.raw
        assert disputed.fields["hp"].expected is (plain.fields["hp"].text == "340")
        assert agreed.fields["name"].expected is True
        assert agreed.forwards < plain.forwards
        assert disputed.forwards <= plain.forwards
        right += plain.forwards - agreed.forwards
        right_and_wrong += plain.forwards - disputed.forwards
        for name in ("name", "hp"):
            assert agreed.fields[name].confidence == pytest.approx(
                plain.fields[name].confidence, rel=1e-3
            )
    assert right >= right_and_wrong


def test_plain_decoding_writes_the_same(engine: Engine) -> None:
    stop, decoder = Stop(), engine.decoder
    lead = decoder.embed(np.random.default_rng(0).integers(3, 400, 30).tolist(), stop)

    def write(chunks: bool) -> list[Written]:
        cache = decoder.new_cache(256)
        writer = Writer(engine.forms["pokemon"].skeleton().start(), cache, use_chunks=chunks)
        return list(writer.write(decoder, lead, stop))

    plain, chunked = write(False), write(True)
    fields = [(w.name, w.ids) for w in plain if isinstance(w, WrittenField)]
    assert fields == [(w.name, w.ids) for w in chunked if isinstance(w, WrittenField)]
    assert len(plain) == len(chunked)


def test_a_batch_reads_what_single_cards_read(
    engine: Engine, prepared: Path, cards: list[CardImage]
) -> None:
    single = [record(engine, card, layout=STRIPS).raw for card in cards]
    together = {
        index: event.raw
        for index, event in Engine(prepared, ASKED).read_many(cards, layout=STRIPS)
        if isinstance(event, RecordRead)
    }
    assert [together[index] for index in range(len(cards))] == single


def test_a_split_card_reads_and_needs_more_room(engine: Engine, cards: list[CardImage]) -> None:
    record(engine, cards[0], layout=STRIPS)
    assert record(engine, cards[0], layout=SPLIT).raw.startswith(" Name:")


def test_closing_the_stream_stops_and_the_engine_goes_on(
    engine: Engine, prepared: Path, cards: list[CardImage]
) -> None:
    stream = engine.read(cards[0], layout=STRIPS)
    for event in stream:
        if isinstance(event, FieldRead):
            break
    stream.close()
    expected = record(Engine(prepared, ASKED), cards[1], layout=STRIPS)
    assert record(engine, cards[1], layout=STRIPS).raw == expected.raw


def test_cancelling_stops_at_any_point(
    engine: Engine, prepared: Path, cards: list[CardImage]
) -> None:
    expected = record(Engine(prepared, ASKED), cards[1]).raw
    for after in range(0, 60, 7):
        token = CancelToken()
        events = engine.read(cards[0], token=token, fingerprint=after)
        for _ in range(after):
            next(events)
        token.cancel()
        with pytest.raises(CancelledError):
            list(events)
    assert record(engine, cards[1]).raw == expected


def test_cancelling_from_another_thread_stops_a_running_graph(
    engine: Engine, cards: list[CardImage]
) -> None:
    token = CancelToken()
    timer = threading.Timer(0.02, token.cancel)
    timer.start()
    with pytest.raises(CancelledError):
        read_for_ever(engine, cards[0], token)
    timer.join()
    assert record(engine, cards[0]).raw


def read_for_ever(engine: Engine, card: CardImage, token: CancelToken) -> None:
    for number in itertools.count():
        list(engine.read(card, token=token, fingerprint=number))


def test_cache_can_be_cut_but_not_stretched(prepared: Path) -> None:
    cache = Engine(prepared, OPEN).decoder.new_cache(8)
    with pytest.raises(ValueError, match="can't go back"):
        cache.truncate(1)
    if isinstance(cache, InPlaceCache):
        assert cache.capacity >= 8
