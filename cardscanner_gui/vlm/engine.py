"""A prepared model that reads cards: three open sessions and what they remember.

The thread that makes an engine owns it. Everything it does can be cancelled from any thread by the
token that was passed in.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.game import Question
from cardscanner_gui.core.garbage import no_garbage_collection
from cardscanner_gui.core.types import CardImage
from cardscanner_gui.vlm.decoder import CacheBatch, Decoder, Floats
from cardscanner_gui.vlm.events import FieldRead, RecordRead, TokenRead, VlmEvent
from cardscanner_gui.vlm.graphs.session import Graph, Stop
from cardscanner_gui.vlm.key_values import Cache, SavedCache
from cardscanner_gui.vlm.layouts import WHOLE, Layout
from cardscanner_gui.vlm.machine_use import MemoryLock, lock_memory
from cardscanner_gui.vlm.memory import RecentlyUsed
from cardscanner_gui.vlm.pictures import Picture, Vision
from cardscanner_gui.vlm.plan import Plan, load_plan
from cardscanner_gui.vlm.prompt import picture_text
from cardscanner_gui.vlm.record import RecordForm
from cardscanner_gui.vlm.tuning import Tuning
from cardscanner_gui.vlm.vocabulary import Vocabulary
from cardscanner_gui.vlm.writer import Chunk, Writer, Written, WrittenField, WrittenToken, feed

FEATURE_BYTES = 32 << 20
CACHE_BYTES = 96 << 20
ANSWER_POSITIONS = 192


class Engine:
    """Reads cards with one model. Not for two threads at once.

    Args:
        folder: the model's folder, prepared.
        questions: what may be asked, by game; the values that a catalogue has constrain what the
            model may write. At least one; the first is asked where no game is named.

    Attributes:
        forms: of the answers, by game.
        tuning: how processor and memory are used.
        memory_lock: whether the memory is locked, None where that isn't wanted.

    Raises:
        ModelError: the model isn't prepared, or a file is missing, damaged or doesn't fit.
    """

    def __init__(
        self,
        folder: Path,
        questions: Mapping[str, Question],
        tuning: Tuning | None = None,
    ) -> None:
        tuning = tuning or Tuning()
        self.memory_lock: MemoryLock | None = lock_memory() if tuning.lock_memory else None
        self.plan: Plan = load_plan(folder)
        self.tuning = tuning = self.plan.tuned(tuning)
        # What is made here are a hundred thousand objects of which none goes: searching them would
        # only stop the window.
        with no_garbage_collection():
            # It holds Python while it is read, so no other thread should slow it down meanwhile.
            self.vocabulary = Vocabulary(folder / self.plan.tokenizer)
            # Opening a graph leaves Python free: the lists take no time of their own.
            with ThreadPoolExecutor(2, "open-model") as pool:
                opening = {
                    part: pool.submit(
                        Graph, folder / file.path, tuning, optimise=not file.optimised
                    )
                    for part, file in sorted(self.plan.graphs.items())  # the decoder takes longest
                }
                self.forms = {
                    game: RecordForm(self.vocabulary, question)
                    for game, question in questions.items()
                }
                graphs = {part: graph.result() for part, graph in opening.items()}
        self.vision = Vision(graphs["vision"], self.plan.image, FEATURE_BYTES)
        self.decoder = Decoder.of_plan(self.plan, graphs)
        self._cache = self.decoder.new_cache(1)
        self._questions = questions
        self.put_picture(first=False)

    def put_picture(self, *, first: bool) -> None:
        """Whether the picture stands before the question, as model cards have it, or after it.

        Behind the question is quicker: what stands before the picture is read once for all cards.
        """
        prompt, encode = self.plan.prompt, self.vocabulary.encode
        self._before, self._after = {}, {}
        for game, question in self._questions.items():
            before = prompt.before_image if first else prompt.before_text + question.text
            self._before[game] = encode(before)
            self._after[game] = encode(question.text + prompt.after if first else prompt.after)
        self._seen = RecentlyUsed[SavedCache](CACHE_BYTES, lambda saved: saved.values.nbytes)

    def _named(self, game: str | None) -> str:
        return game if game in self.forms else next(iter(self.forms))

    def warm_up(self, token: CancelToken | None = None) -> None:
        """Read the constant beginning of each prompt, which also lets the sessions settle."""
        for game in self.forms:
            self._restore(self._fresh_cache(ANSWER_POSITIONS), game, (), Stop(token))

    def look(
        self,
        card: CardImage,
        layout: Layout = WHOLE,
        token: CancelToken | None = None,
        fingerprint: Hashable | None = None,
        *,
        game: str | None = None,
    ) -> bool:
        """Compute what depends on the picture only, so that a later `read` answers at once.

        The features of each tile and the decoder's state after them are kept, both within a number
        of bytes.

        Returns:
            whether anything had to be computed.

        Raises:
            CancelledError, ModelError: as `read` does; what was complete by then is kept.
        """
        stop = Stop(token)
        stop.check()
        picture = self.vision.picture(card, layout, fingerprint)
        game = self._named(game)
        if (game, *picture.keys) in self._seen:
            return False
        cache = self._fresh_cache(self._positions(picture, game))
        lead, _ = self._begin(cache, picture, game, stop)
        if len(lead):
            self.decoder.forward(cache, lead, [len(lead) - 1], stop)
            self._remember(cache, picture, game)
        return True

    def read(
        self,
        card: CardImage,
        fields: Sequence[str] | None = None,
        layout: Layout = WHOLE,
        expected: Mapping[str, str] | None = None,
        token: CancelToken | None = None,
        fingerprint: Hashable | None = None,
        *,
        english: bool = True,
        game: str | None = None,
    ) -> Iterator[VlmEvent]:
        """Read one card, field by field; closing the iterator stops it.

        Args:
            card: where tiles are cut from.
            fields: names of the fields in the order they are read; None for all.
            layout: which tiles are made of it.
            token: cancels from any thread.
            expected: what the card should say; verified in one forward where the model agrees.
            fingerprint: equal for equal pictures; without it the pixels themselves are compared.
            english: whether what differs by language is among the known, English values.
            game: whose question is asked.

        Raises:
            CancelledError: the token was cancelled.
            ModelError: a session failed or memory ran out.
        """
        stop, clock = Stop(token), _Clock()
        picture = self.vision.picture(card, layout, fingerprint)
        clock.lap("tiles")
        reused = self._known_tiles(picture)
        game = self._named(game)
        cache = self._fresh_cache(self._positions(picture, game))
        lead, positions = self._begin(cache, picture, game, stop)
        clock.lap("vision")
        answer = self._answer(cache, game, fields, expected, english)
        lead = np.concatenate([lead, self.decoder.embed(self._after[game], stop)])
        while not answer.writer.done:
            chunk = answer.writer.propose(len(lead))
            logits = feed(self.decoder, cache, chunk, lead, stop)
            if len(lead):
                self._remember(cache, picture, game, positions)
            lead = lead[:0]
            yield from answer.settle(chunk, logits)
        clock.lap("answer")
        yield answer.record(clock.laps, reused)

    def read_many(
        self,
        cards: Sequence[CardImage],
        fields: Sequence[str] | None = None,
        layout: Layout = WHOLE,
        expected: Sequence[Mapping[str, str] | None] | None = None,
        token: CancelToken | None = None,
        *,
        english: bool = True,
        game: str | None = None,
    ) -> Iterator[tuple[int, VlmEvent]]:
        """Read several cards whose decode steps are shared; events come with the card's index.

        Where the graph's cache can't be shared, the cards are read one after the other.
        """
        drafts = expected or [None] * len(cards)
        if not self.decoder.shared or len(cards) < 2:
            for index, card in enumerate(cards):
                events = self.read(
                    card, fields, layout, drafts[index], token, english=english, game=game
                )
                for event in events:
                    yield index, event
            return
        stop, clock = Stop(token), _Clock()
        pictures = [self.vision.picture(card, layout) for card in cards]
        reused = [self._known_tiles(picture) for picture in pictures]
        game = self._named(game)
        longest = max(self._positions(picture, game) for picture in pictures)
        batch = self.decoder.new_batch(len(cards), longest)
        answers = [
            self._answer(row, game, fields, draft, english)
            for row, draft in zip(batch.rows, drafts, strict=True)
        ]
        for index, (picture, answer) in enumerate(zip(pictures, answers, strict=True)):
            lead, positions = self._begin(batch.rows[index], picture, game, stop)
            lead = np.concatenate([lead, self.decoder.embed(self._after[game], stop)])
            chunk = answer.writer.propose(len(lead))
            logits = feed(self.decoder, batch.rows[index], chunk, lead, stop)
            self._remember(batch.rows[index], picture, game, positions)
            for event in answer.settle(chunk, logits):
                yield index, event
        while not all(answer.writer.done for answer in answers):
            yield from self._share_steps(batch, answers, stop)
        clock.lap("answer")
        for index, answer in enumerate(answers):
            yield index, answer.record(clock.laps, reused[index])

    def _share_steps(
        self, batch: CacheBatch, answers: Sequence[_Answer], stop: Stop
    ) -> Iterator[tuple[int, VlmEvent]]:
        """Take every unfinished answer on: those that need one position in one run together."""
        nothing = np.zeros((0, self.decoder.hidden), np.float32)
        chunks = {i: a.writer.propose() for i, a in enumerate(answers) if not a.writer.done}
        single = [index in chunks and chunks[index].fed == 1 for index in range(len(answers))]
        together = sum(single) > 1
        if together:
            tokens = [chunks[i].tokens[0] if one else 0 for i, one in enumerate(single)]
            rows = self.decoder.step(batch, self.decoder.embed(tokens, stop), single, stop)
        for index, chunk in chunks.items():
            if together and single[index]:
                logits = rows[index : index + 1]
            else:
                logits = feed(self.decoder, batch.rows[index], chunk, nothing, stop)
            for event in answers[index].settle(chunk, logits):
                yield index, event

    def _answer(
        self,
        cache: Cache,
        game: str,
        fields: Sequence[str] | None,
        expected: Mapping[str, str] | None,
        english: bool = True,
    ) -> _Answer:
        form = self.forms[game]
        wanted = form.fields if fields is None else fields
        draft = form.draft({n: t for n, t in (expected or {}).items() if n in wanted})
        skeleton = form.skeleton(wanted, english=english)
        return _Answer(form, Writer(skeleton.start(), cache, draft))

    def _known_tiles(self, picture: Picture) -> int:
        return sum(self.vision.knows(picture, place) for place in range(len(picture.keys)))

    def _positions(self, picture: Picture, game: str) -> int:
        tiles = len(picture.tiles)
        text = len(self._before[game]) + len(self._after[game])
        return text + tiles * (self.plan.prompt.image_tokens + 8) + ANSWER_POSITIONS

    def _fresh_cache(self, positions: int) -> Cache:
        if positions > self._cache.capacity:
            self._cache = self.decoder.new_cache(positions)
        self._cache.truncate(0)
        return self._cache

    def _begin(self, cache: Cache, picture: Picture, game: str, stop: Stop) -> tuple[Floats, int]:
        """Restore what is known of prompt and picture.

        Returns:
            embeddings that are still to be read, and the position where the picture ends.
        """
        texts = picture_text(self.plan.prompt, picture.tiles)
        keys = () if picture.tiles.rows else picture.keys
        known = self._restore(cache, game, keys, stop)
        parts = [np.zeros((0, self.decoder.hidden), np.float32)]
        for place, text in list(enumerate(texts))[known:]:
            ids = np.array(self.vocabulary.encode(text))
            embedded = self.decoder.embed(ids.tolist(), stop).copy()
            shown = range(len(picture.tiles)) if picture.tiles.rows else [place]
            features = [self.vision.features(picture, tile, stop) for tile in shown]
            embedded[ids == self.plan.image_token] = np.concatenate(features)
            parts.append(embedded)
        lead = np.concatenate(parts)
        return lead, cache.length + len(lead)

    def _restore(self, cache: Cache, game: str, keys: Sequence[Hashable], stop: Stop) -> int:
        """Load the longest beginning that was seen before; how many tiles of it."""
        for known in range(len(keys), -1, -1):
            saved = self._seen.get((game, *keys[:known]))
            if saved is not None:
                cache.load(saved)
                return known
        before = self._before[game]
        self.decoder.forward(cache, self.decoder.embed(before, stop), [len(before) - 1], stop)
        self._seen.put((game,), cache.save())
        return 0

    def _remember(
        self, cache: Cache, picture: Picture, game: str, positions: int | None = None
    ) -> None:
        key = (game, *picture.keys)
        if picture.tiles.rows or key in self._seen:
            return
        self._seen.put(key, cache.save(positions))


@dataclass
class _Answer:
    """One card's answer in progress, as events."""

    form: RecordForm
    writer: Writer
    ids: list[int] = field(default_factory=list)
    fields: dict[str, FieldRead] = field(default_factory=dict)
    forwards: int = 0

    def settle(self, chunk: Chunk, logits: Floats) -> Iterator[VlmEvent]:
        self.forwards += chunk.fed > 0
        for written in self.writer.settle(chunk, logits):
            yield self._event(written)

    def _event(self, written: Written) -> VlmEvent:
        if isinstance(written, WrittenToken):
            self.ids.append(written.token)
            piece = self.form.piece(written.token)
            return TokenRead(written.token, piece, written.field)
        return self._field(written)

    def _field(self, written: WrittenField) -> FieldRead:
        text = self.form.text(written.ids)
        read = FieldRead(written.name, text, written.confidence, written.drafted)
        self.fields[written.name] = read
        return read

    def record(self, timings: Mapping[str, float], reused: int) -> RecordRead:
        raw = self.form.raw(self.ids)
        return RecordRead(dict(self.fields), raw, dict(timings), self.forwards, reused)


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round(1000 * (now - self._last), 1)
        self._last = now
