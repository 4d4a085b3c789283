"""Times as ISO 8601, to the last digit that a number of seconds has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def write_moment(seconds: float) -> str:
    """Seconds since the epoch as `2023-11-14T22:13:20.25Z`; `read_moment` gives them again.

    What no calendar has a date for is written as the number that it is.
    """
    try:
        exact = Decimal(repr(float(seconds)))
        whole = int(exact // 1) - (1 if exact < 0 and exact % 1 else 0)
        day = _EPOCH + timedelta(seconds=whole)
    except (ArithmeticError, ValueError):
        return repr(seconds)
    fraction = f"{exact - whole:f}".partition(".")[2].rstrip("0")
    return f"{day:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + (f".{fraction}Z" if fraction else "Z")


def read_moment(text: str) -> float:
    """Seconds since the epoch, of a time or a day; times without a zone are of Greenwich.

    Raises:
        ValueError: it is none.
    """
    try:
        return float(text)
    except ValueError:
        pass
    whole, dot, rest = text.strip().partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))] if dot else ""
    moment = datetime.fromisoformat(whole + rest[len(digits) :])
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = (moment - _EPOCH) // timedelta(seconds=1)
    return float(since + Decimal(f"0.{digits or 0}"))
