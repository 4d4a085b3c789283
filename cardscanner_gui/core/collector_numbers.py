"""What stands in front of collector numbers: one truth for reading, matching and the catalogue."""

from __future__ import annotations

PROMO_CODES = ("SWSH", "SM", "XY", "BW", "DP", "HGSS", "SVP", "MEP")
"""In front of a promo's number, which has no total: SWSH174."""

GALLERY_CODES = ("TG", "GG", "RC", "SV", "H")
"""Galleries inside a set number themselves apart and print their own total: TG03/TG30, H12/H32."""

SUBSET_CODES = ("SL", "SH", "AR")
"""Other letters in front within a set stand alone, without a total: SH4, AR1."""

# A lone H is more often a misread stroke than a card of Skyridge's.
_TELLING = (*PROMO_CODES, *(code for code in GALLERY_CODES if code != "H"))
CODED_NUMBER = rf"(?:{'|'.join(_TELLING)})[0-9OISBL]{{1,3}}"
"""Pattern of a number that tells its card without a total, as OCR writes it: SWSH174, SVP0I2."""

LETTERS_BEFORE = rf"(?:{'|'.join((*GALLERY_CODES, *SUBSET_CODES))})?"
"""Pattern of what may stand in front of either half of a fraction."""
