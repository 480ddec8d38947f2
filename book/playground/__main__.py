"""Builds the playground: `python -m book.playground` writes book/_build/playground.html."""

import argparse
from pathlib import Path

from book.playground.page import build
from unmasked import paths


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m book.playground", description=__doc__)
    parser.add_argument("--out", type=Path, default=paths.ROOT / "book" / "_build" / "playground.html")
    out = parser.parse_args().out
    text = build()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    print(f"{out}: {out.stat().st_size / 1e6:.1f} MB. Open it in a browser; it needs no network.")


if __name__ == "__main__":
    main()
