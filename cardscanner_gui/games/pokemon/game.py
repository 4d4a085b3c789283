"""Pokémon as a `Game`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from cardscanner_gui.core import card_fields
from cardscanner_gui.core.card_fields import one
from cardscanner_gui.core.catalogue import Source
from cardscanner_gui.core.game import CardSheet, FieldKind, Game, ModelField
from cardscanner_gui.core.types import Box, Printing, in_language
from cardscanner_gui.games.pokemon import evidence, facts, finishes, languages, numbers
from cardscanner_gui.games.pokemon.exports import EXPORTS
from cardscanner_gui.games.pokemon.fields import parse
from cardscanner_gui.games.pokemon.first_edition import FIRST_EDITION
from cardscanner_gui.games.pokemon.prices import PRICES
from cardscanner_gui.games.pokemon.reprints import as_printed


def _hp(printing: Printing, _: str = "") -> tuple[str, ...]:
    hp = printing.facts.get("hp")
    return one(str(hp) if hp else None)


def _same_hp(read: str, printing: Printing) -> bool | None:
    printed = _hp(printing)
    return read in printed if printed else None


def _stage(printing: Printing, _: str) -> tuple[str, ...]:
    parts = (printing.facts.get("stage"), printing.facts.get("suffix"))
    return one(" ".join(part for part in parts if part))


def _attacks(printing: Printing, language: str) -> tuple[str, ...]:
    return tuple(name for one in facts.attacks(printing) if (name := in_language(one, language)))


def _sources() -> Mapping[str, Source]:
    from cardscanner_gui.games.pokemon.sources.tcgdex import TcgdexDownload
    from cardscanner_gui.games.pokemon.sources.wheel import WheelDownload

    return {"tcgdex": TcgdexDownload(), "wheel": WheelDownload()}


def _additions() -> Mapping[str, Source]:
    from cardscanner_gui.games.pokemon.sources.ptcg_database import PtcgDownload

    return {"ptcg-database": PtcgDownload()}


def _join(sources: Sequence[Source]) -> Source:
    from cardscanner_gui.games.pokemon.sources.joined import joined

    return joined(sources)


def _open_local(path: Path) -> Source:
    from cardscanner_gui.games.pokemon.sources.local import local_source

    return local_source(path)


GAME = Game(
    id="pokemon",
    title="Pokémon",
    # Name and HP stand at the top in every era; number and small print in the lowest eighth, on the
    # left since 2016 (Sun & Moon), on the right before.
    sheet=CardSheet(
        63, 88, top=Box(-0.01, -0.012, 1.01, 0.15), bottom=Box(-0.01, 0.88, 1.01, 1.012)
    ),
    fields={
        "name": card_fields.NAME,
        "set": card_fields.SET,
        "number": card_fields.NUMBER,
        "set_code": card_fields.SET_CODE,
        "rarity": card_fields.RARITY,
        "hp": FieldKind(
            "HP", _hp, _same_hp, contradicts=True, heading="HP", model=ModelField("HP", "digits")
        ),
        "types": FieldKind(
            "type",
            lambda printing, _: tuple(printing.facts.get("types", ())),
            heading="Type",
            terms=True,
        ),
        "stage": FieldKind("stage", _stage, heading="Stage", terms=True),
        "attacks": FieldKind(
            "attacks",
            _attacks,
            heading="Attacks",
            model=ModelField("Attacks", "listing", longest=32, translated=True),
        ),
        "evolves_from": FieldKind(
            "evolves from",
            lambda printing, language: one(in_language(facts.evolves_from(printing), language)),
        ),
        "artist": card_fields.ARTIST,
        "year": card_fields.YEAR,
        "released": card_fields.RELEASED,
        "finishes": card_fields.FINISHES,
    },
    asked=("name", "hp", "number", "set_code", "attacks", "artist", "year"),
    parse=parse,
    number_forms=numbers.number_forms,
    terms=evidence.terms,
    rule=evidence.RULE,
    strip_keys=evidence.STRIP_KEYS,
    finishes=finishes.WORDS,
    marks=(FIRST_EDITION,),
    sources=_sources,
    additions=_additions,
    join=_join,
    open_local=_open_local,
    prepare=as_printed,
    aliases=facts.aliases,
    phrases=facts.attacks,
    match_facts=facts.match_facts,
    related=facts.evolution_line,
    told_by_picture=facts.told_by_picture,
    picture_server="https://assets.tcgdex.net",
    facts=facts.TYPES,
    prices=PRICES,
    kin_fact="dex_ids",
    exports=EXPORTS,
    hints=languages.HINTS,
    language_mark=languages.mark,
    ask=(
        "This picture shows a trading card. Write down what is printed on it, one line each, "
        "and - for what is missing: Name, HP, Number, Set, Attacks, Artist, Year."
    ),
)
