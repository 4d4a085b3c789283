"""How often a card's language is told, on drawn cards of the languages of the West.

    python benchmarks/languages.py [--quick] [--json FILE] [--catalogue FOLDER]

Cards are drawn from random printings of the user's own catalogue that it knows in all six
languages, old and new ones, with the words of their language and its accents, photographed on a
desk, and recognised as any picture. A card whose language isn't told takes the user's own; one told
wrong is stored wrong. Goal: at most 2 in 100 told wrong. Cards that were not named are left out.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from cardscanner_gui import environment
from cardscanner_gui.catalogue.catalogues import Catalogues
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.types import Frame, Printing, in_language
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.facts import attacks, evolves_from
from cardscanner_gui.paths import DataPaths, default_data_dir
from training.drawing.cards import ENGLISH, CardFace, Wording, draw_card
from training.drawing.scenes import lay_on_desk

GOAL_WRONG = 0.02
WORDINGS = {
    "en": ENGLISH,
    "fr": Wording(
        "PV",
        "De base",
        "Niveau 1",
        "Évolution de",
        ("faiblesse", "résistance", "retraite"),
        (
            "Cette attaque inflige 20 dégâts de plus pour chaque Énergie attachée.",
            "Lancez une pièce. Si c'est face, le Pokémon Actif est maintenant Endormi.",
        ),
    ),
    "de": Wording(
        "KP",
        "Basis",
        "Phase 1",
        "Entwickelt sich aus",
        ("Schwäche", "Resistenz", "Rückzug"),
        (
            "Diese Attacke fügt für jede angelegte Energie 20 Schadenspunkte mehr zu.",
            "Wirf 1 Münze. Bei Kopf schläft das Aktive Pokémon deines Gegners jetzt.",
        ),
    ),
    "it": Wording(
        "PS",
        "Base",
        "Fase 1",
        "Si evolve da",
        ("debolezza", "resistenza", "ritirata"),
        (
            "Questo attacco infligge 20 danni in più per ogni Energia assegnata.",
            "Lancia una moneta. Se esce testa, il Pokémon attivo è addormentato.",
        ),
    ),
    "es": Wording(
        "PS",
        "Básico",
        "Fase 1",
        "Evoluciona de",
        ("debilidad", "resistencia", "retirada"),
        (
            "Este ataque hace 20 puntos de daño más por cada Energía unida.",
            "Lanza 1 moneda. Si sale cara, el Pokémon Activo de tu rival pasa a estar Dormido.",
        ),
    ),
    "pt": Wording(
        "PS",
        "Básico",
        "Estágio 1",
        "Evolui de",
        ("fraqueza", "resistência", "recuo"),
        (
            "Este ataque causa 20 pontos de dano a mais para cada Energia ligada.",
            "Jogue 1 moeda. Se sair cara, o Pokémon Ativo do seu oponente estará Adormecido.",
        ),
    ),
}
_CODES_SINCE = "G"
_ASKED = "asked"


def candidates(catalogue: Catalogue, rng: random.Random) -> Iterator[Printing]:
    """Random Pokémon that the catalogue knows in all six languages."""
    keys = list(range(1, catalogue.info().printings + 1))
    rng.shuffle(keys)
    for start in range(0, len(keys), 200):
        for printing in catalogue.printings(keys[start : start + 200]):
            if WORDINGS.keys() <= printing.names.keys() and printing.facts.get("hp"):
                yield printing


def face_of(printing: Printing, language: str, seed: int) -> CardFace:
    """This printing's card in a language, as it is printed in its time."""
    modern = printing.facts.get("regulation_mark", "") >= _CODES_SINCE
    era: Literal["modern", "classic"] = "modern" if modern else "classic"
    known = [in_language(texts, language) for texts in attacks(printing)]
    return CardFace(
        printing.names[language],
        printing.facts["hp"],
        printing.printed_number,
        set_code=f"{printing.set_code} {language}" if modern and printing.set_code else "",
        attacks=tuple(name for name in known if name)[:2],
        artist=printing.illustrator or "",
        year=(printing.released or "")[:4],
        evolves_from=in_language(evolves_from(printing), language),
        era=era,
        seed=seed,
        wording=WORDINGS[language],
    )


def measure(catalogue: Catalogue, data: Path, each: int) -> dict[str, Counter[str]]:
    """What was told for `each` cards of each language."""
    from cardscanner_gui.builder import Builder
    from cardscanner_gui.core.events import Finished
    from cardscanner_gui.recognition.request import RecogniseRequest
    from cardscanner_gui.settings import Settings

    rng = random.Random(1)
    recogniser = Builder(DataPaths(data), Settings(offline=True)).make_recogniser(
        Catalogues({POKEMON.id: catalogue})
    )
    told: dict[str, Counter[str]] = {language: Counter() for language in WORDINGS}
    chosen = candidates(catalogue, rng)
    for seed in range(each):
        for language, counts in told.items():
            printing = next(chosen)
            face = draw_card(face_of(printing, language, seed))
            picture, _ = lay_on_desk(
                face, size=(1512, 2016), fill=0.8, angle=rng.uniform(-8, 8), seed=seed
            )
            name = f"{printing.id} {language}"
            frame = Frame(name, picture, time.time(), name)
            for event in recogniser.recognise(RecogniseRequest(frame, name)):
                if isinstance(event, Finished):
                    for card in event.result.cards:
                        found = card.match.printing
                        if found is not None and found.id == printing.id:
                            counts[card.language or _ASKED] += 1
    return told


def main(arguments: Sequence[str] | None = None) -> int:
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--catalogue", type=Path, default=DataPaths(default_data_dir()).catalogue)
    options = parser.parse_args(arguments)
    try:
        catalogue = Catalogue.open(options.catalogue)
    except CatalogueError as error:
        sys.exit(str(error))
    with catalogue:
        told = measure(catalogue, options.catalogue.parent, 6 if options.quick else 60)
    columns = [*WORDINGS, _ASKED]
    print("printed", *(f"{column:>6}" for column in columns))
    for language, counts in told.items():
        print(f"{language:7}", *(f"{counts[column] or '':>6}" for column in columns))
    named = sum(counts.total() for counts in told.values())
    asked = sum(counts[_ASKED] for counts in told.values())
    right = sum(counts[language] for language, counts in told.items())
    wrong = named - right - asked
    print(f"{named} named: {right} right, {asked} asked, {wrong} wrong")
    if options.json:
        options.json.write_text(json.dumps(told, indent=1))
    return 0 if wrong <= GOAL_WRONG * max(named, 1) else 1


if __name__ == "__main__":
    sys.exit(main())
