"""The fields of a copy as people type them."""

from __future__ import annotations

import time
from typing import Any

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.words import tr


def edited_value(field: str, entry: Entry) -> Any:
    """What the editor of a cell starts with."""
    value = getattr(entry, field)
    if field == "tags":
        return ", ".join(value)
    if field == "purchase_price":
        return "" if value is None else f"{value:.2f}"
    return value


def field_value(field: str, typed: Any) -> Any:
    """What was typed into an editor as the field holds it.

    Raises:
        ValueError: it makes no sense there; the message says why.
    """
    if field == "tags":
        return tuple(tag.strip() for tag in str(typed).split(",") if tag.strip())
    if field == "purchase_price":
        return price_of(str(typed))
    if field == "purchased_on":
        return date_of(str(typed))
    if field == "purchase_currency":
        return str(typed).strip().upper()
    return typed.strip() if isinstance(typed, str) else typed


def price_of(typed: str) -> float | None:
    """A price as people type it: `12.5`, `12,50`; nothing for none.

    Raises:
        ValueError: it is none; the message says so.
    """
    bare = typed.strip().replace(" ", "")
    if not bare:
        return None
    if "," in bare and "." not in bare:
        bare = bare.replace(",", ".")
    try:
        price = round(float(bare.replace(",", "")), 2)
    except ValueError:
        price = -1.0
    if not 0 <= price < 1e9:
        raise ValueError(tr("“{typed}” is no price: write 12.50.", typed=typed))
    return price


def date_of(typed: str) -> str:
    """An ISO date as it was typed, or nothing.

    Raises:
        ValueError: it is none; the message says so.
    """
    bare = typed.strip()
    if not bare:
        return ""
    try:
        return time.strftime("%Y-%m-%d", time.strptime(bare, "%Y-%m-%d"))
    except ValueError:
        raise ValueError(tr("“{typed}” is no date: write 2025-03-14.", typed=typed)) from None
