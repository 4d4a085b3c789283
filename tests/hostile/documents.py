"""PDF documents that were made to harm: small to send, endless or enormous to draw."""

from __future__ import annotations

import zlib
from collections.abc import Sequence


def pdf(
    content: bytes,
    *,
    box: str = "0 0 200 280",
    resources: bytes = b"",
    objects: Sequence[bytes] = (),
    filters: bytes = b"",
    pages: int = 1,
) -> bytes:
    """A document of equal pages.

    Args:
        content: what draws a page.
        box: the page's, in points.
        resources: entries of the page's resources.
        objects: more objects, the first of them number 5.
        filters: entries of the content stream, such as how it is packed.
        pages: how often the page is there.
    """
    kids = b" ".join([b"3 0 R"] * pages)
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << %s >> >>"
        % (box.encode(), resources),
        stream(content, filters),
        *objects,
    ]
    document, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n" % (
        size,
        table,
        size,
    )
    return document + end + b"startxref\n%d\n%%%%EOF\n" % len(document)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """An object that holds a stream."""
    head = b"<< /Length %d %s >>" % (len(content), entries)
    return head + b"\nstream\n" + content + b"\nendstream"


def self_referencing_form() -> bytes:
    """A form that draws itself, twice."""
    form = _form(b"/F Do /F Do " * 40, b"/XObject << /F 5 0 R >>")
    return pdf(b"/F Do", resources=b"/XObject << /F 5 0 R >>", objects=[form])


def form_bomb(depth: int = 9, each: int = 12) -> bytes:
    """Each form draws the next one a dozen times: `each` to the power of `depth` rectangles."""
    forms = [
        _form(b"/F Do " * each, b"/XObject << /F %d 0 R >>" % (number + 1))
        for number in range(5, 5 + depth)
    ]
    forms.append(_form(b"0 0 100 100 re f "))
    return pdf(b"/F Do", resources=b"/XObject << /F 5 0 R >>", objects=forms)


def tiling(step: str = "0.01") -> bytes:
    """A pattern whose tiles are smaller than any pixel, all over the page, many times."""
    entries = (
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1]"
        b" /XStep %s /YStep %s /Resources << >>" % (step.encode(), step.encode())
    )
    content = b"/Pattern cs /P scn " + b"0 0 2000 2800 re f " * 60
    tile = stream(b"1 0 0 rg 0 0 1 1 re f", entries)
    resources = b"/Pattern << /P 5 0 R >>"
    return pdf(content, box="0 0 2000 2800", resources=resources, objects=[tile])


def shading(times: int = 1500) -> bytes:
    """The whole page shaded anew more often than anybody needs."""
    shade = (
        b"<< /ShadingType 3 /ColorSpace /DeviceRGB /Coords [1000 1400 0 1000 1400 2000]"
        b" /Extend [true true] /Function << /FunctionType 2 /Domain [0 1] /C0 [1 0 0] /C1 [0 0 1]"
        b" /N 1.7 >> >>"
    )
    resources = b"/Shading << /S 5 0 R >>"
    return pdf(b"/S sh " * times, box="0 0 2000 2800", resources=resources, objects=[shade])


def layers(times: int = 20_000) -> bytes:
    """Half transparent layers over the whole page: little memory, and no end."""
    resources = b"/ExtGState << /G << /ca 0.5 >> >>"
    content = b"/G gs " + b"1 0 0 rg 0 0 1000 1400 re f 0 1 0 rg 9 9 900 900 re f\n" * times
    return pdf(content, box="0 0 1000 1400", resources=resources)


def many_operations(times: int = 30_000_000) -> bytes:
    """Packed into little, millions of lines."""
    packed = _packed_repeat(b"0 0 m 9 9 l S ", times)
    return pdf(packed, filters=b"/Filter /FlateDecode")


def nested_flate(megabytes: int = 4096) -> bytes:
    """Zeros, packed twice: gigabytes from a few hundred bytes."""
    once = _packed_repeat(bytes(1024), megabytes * 1024)
    packed = zlib.compress(zlib.compress(once, 9), 9)
    return pdf(packed, filters=b"/Filter [/FlateDecode /FlateDecode /FlateDecode]")


def thin_box() -> bytes:
    """A page of 0.0001 by 100,000,000 points has few pixels and a side of 400 million."""
    return pdf(b"0 0 1 1 re f", box="0 0 0.0001 100000000")


def vast_box() -> bytes:
    """A page as large as numbers go."""
    return pdf(b"0 0 1 1 re f", box="-1e9 -1e9 1e9 1e9")


def _form(content: bytes, resources: bytes = b"") -> bytes:
    head = b"/Type /XObject /Subtype /Form /BBox [0 0 200 280] /Resources << %s >>" % resources
    return stream(content, head)


def _packed_repeat(piece: bytes, times: int) -> bytes:
    packer = zlib.compressobj(9)
    block = piece * 4096
    parts = [packer.compress(block) for _ in range(times // 4096)]
    return b"".join(parts) + packer.flush()
