"""What stands in front of collector numbers: one truth for reading, matching and the catalogue."""

from __future__ import annotations

PROMO_CODES = ("SWSH", "SM", "XY", "BW", "DP", "HGSS", "SVP", "MEP")
"""In front of a promo's number, which has no total: SWSH174."""

GALLERY_CODES = ("TG", "GG", "SV", "RC", "H")
"""Galleries inside a set number themselves apart and print their own total: TG03/TG30, H12/H32."""

SUBSET_CODES = ("SL", "SH", "AR", "RT")
"""Other letters in front within a set stand alone, without a total: SH4, AR1."""


def _coded(codes: tuple[str, ...]) -> str:
    """Such a number as OCR writes it: SWSH174, SVP0I2."""
    return rf"(?:{'|'.join(codes)})[0-9OISBL]{{1,3}}"


# A lone H is more often a misread stroke than a card's number.
_TELLING = (*PROMO_CODES, *(code for code in GALLERY_CODES if code != "H"))

_OTHER_ART = rf"{_coded(('XY',))}A"
"""XY67a, beside XY67. After other codes an A would be a Japanese set's: SV2a, SM4a."""

CODED_NUMBER = rf"(?:{_coded((*_TELLING, *SUBSET_CODES))}|{_OTHER_ART})"
"""Pattern of a number that tells its card by its letters, without a total."""

_IN_TEXT = tuple(code for code in _TELLING if code != "RC")
CODED_NUMBER_IN_TEXT = rf"(?:{_coded(_IN_TEXT)}|{_OTHER_ART})"
"""The same where it is looked for within a line, which may hold a fraction too: both halves of
RC5/RC32 would be taken for numbers, and one card in 4,000 be left open for it."""

LETTERS_BEFORE = rf"(?:{'|'.join((*GALLERY_CODES, *SUBSET_CODES))})?"
"""Pattern of what may stand in front of either half of a fraction."""
