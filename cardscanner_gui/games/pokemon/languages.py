"""What tells the language of a Pokémon card besides its name and its attacks.

Patterns are for text in upper case without accents. Each stands for one place on the card: the
points beside the name, the stage, weakness and what stands beside it, what the card evolves from,
its kind, the rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cardscanner_gui.core.types import ASIA, Printing


def _points(word: str) -> str:
    """HP and its translations, with or without a space to the number, on either side."""
    return rf"(?<![A-Z]){word} ?\d{{2,3}}(?!\d)|(?<!\d)\d{{2,3}} ?{word}(?![A-Z])|^{word}$"


HINTS: Mapping[str, tuple[str, ...]] = {
    "en": (
        _points("HP"),
        r"^BASIC\b|^STAGE ?[12I]\b",
        r"\bWEAKNESS\b|\bRESISTANCE\b|\bRETREAT",
        r"EVOLVES FROM|PUT ON THE BASIC",
        r"^TRAINER$|^SUPPORTER$|^ITEM$|^STADIUM$",
        r"\bYOUR OPPONENT|\bTHIS POKEMON\b|\bDAMAGE\b",
    ),
    "fr": (
        _points("PV"),
        r"^DE BASE\b|^NIVEAU ?[12I]\b",
        r"\bFAIBLESSE\b|\bRETRAITE\b",
        r"EVOLUTION DE\b",
        r"^DRESSEUR$|^OBJET$|^STADE$",
        r"\bVOTRE\b|\bADVERSAIRE\b|\bDEGATS\b|\bCE POKEMON\b",
    ),
    "de": (
        _points("KP"),
        r"^BASIS\b|^PHASE ?[12I]\b",
        r"\bSCHWACHE\b|\bSCHWAECHE\b|\bRESISTENZ\b|\bRUCKZUG",
        r"ENTWICKELT SICH AUS",
        r"^UNTERSTUTZER|^STADION$|^TRAINER-?ITEM",
        r"\bGEGNER|\bDIESES POKEMON\b|\bSCHADENSPUNKTE\b|\bDEINE[MNRS]?\b",
    ),
    "it": (
        _points("PS"),
        r"^FASE ?[12I]\b|^BASE$|^POKEMON BASE",
        r"\bDEBOLEZZA\b|\bRESISTENZA\b|\bRITIRATA\b",
        r"SI EVOLVE DA\b|EVOLUZIONE DI\b",
        r"^ALLENATORE$|^AIUTO$|^STRUMENTO$",
        r"\bAVVERSARIO\b|\bDANNI\b|\bQUESTO POKEMON\b|\bTUO MAZZO\b",
    ),
    "es": (
        _points("PS"),
        r"^FASE ?[12I]\b|^BASICO$|^POKEMON BASICO",
        r"\bDEBILIDAD\b|\bRESISTENCIA\b|\bRETIRADA\b",
        r"EVOLUCIONA DE\b|EVOLUCION DE\b",
        r"^ENTRENADOR$|^PARTIDARIO$|^ESTADIO$",
        r"\bRIVAL\b|\bPUNTOS DE DANO\b|\bESTE POKEMON HACE\b|\bTU BARAJA\b",
    ),
    "pt": (
        _points("PS"),
        r"^ESTAGIO ?[12I]\b|^BASICO$|^POKEMON BASICO",
        r"\bFRAQUEZA\b|\bRESISTENCIA\b|\bRECUO\b|\bRECUAR\b",
        r"EVOLUI DE\b",
        r"^TREINADOR$|^APOIADOR$|^ESTADIO$",
        r"\bOPONENTE\b|\bSEU BARALHO\b|\bPONTOS DE DANO\b|\bVOCE\b",
    ),
    "ja": (r"[\u3041-\u3096]{2}|[\u30a1-\u30fa]{3}", r"たね|進化|にげる|弱点|抵抗力"),
    "ko": (r"[\uac00-\ud7a3]{2}",),
    "th": (r"[\u0e01-\u0e4e]{3}",),
    "zh-tw": (r"寶可夢|階進化|對手|傷害|弱點|撤退",),
    "zh-cn": (r"宝可梦|阶进化|对手|伤害|弱点|撤退",),
    "id": (r"\bKELEMAHAN\b|\bBEREVOLUSI\b|\bLAWANMU\b|\bPOKEMON INI\b",),
}

_MARKS = {"en": "EN", "fr": "FR", "de": "DE", "it": "IT", "es": "ES", "pt": "PT"}


def mark(printing: Printing, language: str) -> str | None:
    """The language's letters behind the set's code, as cards bear them since 2023: `PALDE`."""
    letters, code = _MARKS.get(language), printing.set_code
    if letters is None or not code or printing.region == ASIA:
        return None
    # A regulation mark may stand before it, perhaps read with a frame around it.
    return rf"^\W*[0O]?[A-J]? ?{re.escape(code)} ?{letters}(?![A-Z])"
