"""Files as strangers send them: with more in them than they show, or made to do harm."""

import io
import struct
import zipfile
import zlib

from PIL import Image, PngImagePlugin

CANARY = "canary-place-4714"
#: The standard text by which every antivirus shows that it works, in two parts so that none takes this file for it.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()


def telling_picture(form: str = "JPEG") -> bytes:
    """60 by 40, red on its left, taken on its side; EXIF, XMP, ICC and a note say where, with what and by whom."""
    picture = Image.new("RGB", (60, 40), "blue")
    picture.paste("red", (0, 0, 20, 40))
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation
    exif[0x010F] = exif[0x013B] = CANARY  # maker, artist
    exif.get_ifd(0x8825).update({1: "N", 2: (11.0, 33.0, 44.0), 3: "E", 4: (104.0, 55.0, 33.0), 29: CANARY})
    said = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{CANARY}</x:xmpmeta>'.encode()
    options = {"exif": exif, "icc_profile": CANARY.encode()}
    if form == "JPEG":
        options |= {"comment": CANARY, "xmp": said, "quality": 95}
    elif form == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", CANARY)
        notes.add_itxt("XML:com.adobe.xmp", said.decode())
        options |= {"pnginfo": notes}
    else:
        options |= {"xmp": said}
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("index.html", "<script>alert(1)</script>")
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that claim to be a picture of this size."""
    return _png(width, height, zlib.compress(bytes(1000)))


def wide_png() -> bytes:
    """A picture of 49 million points in fifty thousand bytes."""
    return _png(7000, 7000, zlib.compress(bytes(7000 * (7000 + 1)), 9))


def _png(width: int, height: int, pixels: bytes) -> bytes:
    head = struct.pack("!LLBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", pixels), (b"IEND", b"")]
    chunks = [
        struct.pack("!L", len(body)) + name + body + struct.pack("!L", zlib.crc32(name + body))
        for name, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def document(pages: int = 1) -> bytes:
    """A PDF with an author, a script that runs at opening, a link and a file within it."""
    kids = [7 + 2 * number for number in range(pages)]
    objects = {
        1: "<</Type/Catalog/Pages 2 0 R/OpenAction 3 0 R/Names<</EmbeddedFiles<</Names[(a.exe) 4 0 R]>>>>>>",
        2: f"<</Type/Pages/Count {pages}/Kids[{' '.join(f'{kid} 0 R' for kid in kids)}]>>",
        3: f"<</S/JavaScript/JS(app.alert\\('{CANARY}'\\))>>",
        4: "<</Type/Filespec/F(a.exe)/EF<</F 5 0 R>>>>",
        5: f"<</Type/EmbeddedFile/Length {len(CANARY)}>>stream\n{CANARY}\nendstream",
        6: f"<</Author({CANARY})/CreationDate(D:20261126120000+07'00')>>",
    }
    drawing = "0 0 0 rg 20 20 100 60 re f"
    for kid in kids:
        objects[kid] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents {kid + 1} 0 R/AA<</O 3 0 R>>"
            "/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(http://nowhere.example/)>>>>]>>"
        )
        objects[kid + 1] = f"<</Length {len(drawing)}>>stream\n{drawing}\nendstream"
    out, places = b"%PDF-1.7\n", {}
    for number, body in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places.values())
    trailer = f"trailer<</Size {len(objects) + 1}/Root 1 0 R/Info 6 0 R>>\nstartxref\n{len(out)}\n%%EOF"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()
