"""Spot-the-fake on paper or a projector: `python -m unmasked.course.sheet A form-a.html`.

Twenty numbered pictures a form and no answers; those stand in class/questions/key.md.
"""

import argparse
import io
import sys
from pathlib import Path

from unmasked.course import pages
from unmasked.course.commands import exit_code, say

# Two games that lessons 00 and 12 don't play, about as hard as each other by `makers.stills.difficulty`.
SEEDS = {"A": 43, "B": 45}
COUNT = 20
STYLE = """
body { font: 16px/1.4 system-ui, sans-serif; margin: 1.5em auto; max-width: 72em; padding: 0 1em; color: #1d1d1f;
  background: #fff; }
ol { list-style: none; padding: 0; display: grid; gap: 1em;
  grid-template-columns: repeat(auto-fill, minmax(15em, 1fr)); }
li { break-inside: avoid; } img { width: 100%; display: block; } b { font-size: 1.2em; }
@media print { @page { size: A4 portrait; margin: 1.2cm; } ol { grid-template-columns: repeat(3, 1fr); gap: .4cm; }
  body { margin: 0; padding: 0; max-width: none; } img { print-color-adjust: exact; } }
"""


def game(form: str) -> list:
    """The pictures of form "A" or "B", as `unmasked.makers.stills.items` makes them."""
    from unmasked.makers import stills

    if form not in SEEDS:
        raise ValueError(f'form: "A" or "B" is wanted; got {form!r}')
    return stills.items(seed=SEEDS[form], count=COUNT)


def sheet(items: list, form: str) -> str:
    """The page: every picture with its number, and with words that give nothing away."""
    shown = "".join(
        f'<li><b>{number}</b><img alt="Picture {number}: a drawn face in front of a wall. Real or fake?" '
        f'src="data:image/png;base64,{pages.base64_of(_png(item.picture))}"></li>'
        for number, item in enumerate(items, start=1)
    )
    told = "Real or fake? Every picture went through a camera and through the same compression. Ten are forged."
    return pages.page(f"Spot the fake, form {form}", f"<h1>Form {form}</h1>\n<p>{told}</p>\n<ol>{shown}</ol>", STYLE)


def _png(picture) -> bytes:
    from PIL import Image

    # Lossless: a second compression would change what is to be judged.
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


def main(argv: list[str] | None = None) -> int:
    """The exit code: 0 well, 1 when something hinders."""
    parser = argparse.ArgumentParser(
        prog="python -m unmasked.course.sheet",
        description="Twenty pictures, real or fake, as one HTML page to print or to project. Key: class/questions/.",
    )
    parser.add_argument("form", choices=sorted(SEEDS), help="which of the two forms")
    parser.add_argument("output", help="the page to write, such as form-a.html")
    options = parser.parse_args(argv)

    def work() -> int:
        pages.write(Path(options.output), sheet(game(options.form), options.form))
        say(f"Written: {options.output}")
        return 0

    return exit_code(work)


if __name__ == "__main__":
    sys.exit(main())
