"""A picture or a document drawn anew, by a process of its own (`foundation.files.apart`): `KIND POINTS PAGES`.

What is drawn again is all that is kept: no place, time, camera or author, no script, attachment or layer, nothing
behind the end of the file. It reads the file from its standard input and writes the new one to its standard output; the
code it ends with says what was wrong (`foundation.files.cleaning`), 1 that the file is damaged. Nothing of Probity is
imported, so that it starts at once.
"""

import io
import sys
from typing import Any

import pypdfium2
from PIL import Image, ImageOps

#: Too many points, too many pages, locked with a password, too little memory.
POINTS, PAGES, LOCKED, MEMORY = 3, 4, 5, 6
#: A sheet of paper is read well at 250 points to an inch, and a page at 150.
SIDE, PAGE_SIDE, INCH = 3000, 2000, 150
QUALITY = 85


def picture(content: bytes, kind: str, most: int) -> bytes:
    """The first picture in it, upright, as JPEG, or as PNG if it was one."""
    Image.MAX_IMAGE_PIXELS = None  # asked here, before anything is decoded
    with Image.open(io.BytesIO(content), formats=[kind.upper()]) as opened:
        if opened.width * opened.height > most:
            sys.exit(POINTS)
        opened.draft("RGB", (SIDE, SIDE))  # a large JPEG need not be decoded whole
        upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((SIDE, SIDE))
    seen = upright.convert("RGBA")
    drawn = Image.new("RGB", seen.size, "white")
    drawn.paste(seen, mask=seen)
    out = io.BytesIO()
    if kind == "png":
        drawn.save(out, "PNG")
    else:
        drawn.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def document(content: bytes, most: int) -> bytes:
    """Each page as a picture of itself."""
    try:
        read = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        sys.exit(LOCKED if "password" in str(error).lower() else 1)
    if len(read) > most:
        sys.exit(PAGES)
    if read.get_formtype():
        read.init_forms()
    first, *others = [_page(page) for page in read]
    out = io.BytesIO()
    unsaid: dict[str, Any] = {"creationDate": None, "modDate": None}
    first.save(out, "PDF", save_all=True, append_images=others, resolution=INCH, quality=QUALITY, **unsaid)
    return out.getvalue()


def _page(page: Any) -> Image.Image:
    longest = max(1.0, *page.get_size())
    drawn = page.render(scale=min(INCH / 72, PAGE_SIDE / longest))
    image: Image.Image = drawn.to_pil().convert("RGB")
    page.close()
    return image


def main() -> None:
    kind, points, pages = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    content = sys.stdin.buffer.read()
    try:
        made = document(content, pages) if kind == "pdf" else picture(content, kind, points)
    except MemoryError:
        sys.exit(MEMORY)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
