"""The playground in a Chromium, opened from disk: how long a swap takes in the page, and how exact it is.

    python benchmarks/playground.py

Builds the page as `python -m book.playground` does (or takes the one that `--page` names) and prints

    frame_ms_64      the median milliseconds of a swap at 64 × 64, pixels to pixels, in the page
    frame_ms_128     the same at 128 × 128
    file_mb          the page's size
    max_difference   the greatest difference, in grey levels, from PyTorch's swap of the same pixels, over --faces faces
                     at 64 and as many at 128

Ends with one JSON line.
"""

import argparse
import base64
import json
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "browser")]

import numpy as np  # noqa: E402
from jupyter_browser import chromium  # noqa: E402

from book.playground.page import MODELS, build  # noqa: E402
from unmasked.models import swapping, weights  # noqa: E402

# Faces from all over the lattice; the first ones warm up the page's compiler.
SWAP = """([side, many]) => {
    const network = window.playground.networks[side], lattice = window.playground.lattices[side], found = [];
    const { yaw, smile, jaw, eyes } = lattice.axes;
    const text = (pixels) => btoa(pixels.reduce((text, byte) => text + String.fromCharCode(byte), ""));
    for (let i = 0; i < many; i += 1) {
        const place = { yaw: (7 * i) % yaw.length, smile: (3 * i) % smile.length };
        Object.assign(place, { jaw: i % jaw.length, eyes: i % eyes.length });
        const acting = lattice.face("ada", place), start = performance.now();
        const swap = network.decode(network.encode(acting, "ada"), "bo");
        found.push({ ms: performance.now() - start, acting: text(acting), swap: text(swap) });
    }
    return found;
}"""


def measured(page: Path, many: int) -> dict[int, tuple[float, int]]:
    """For each side, median milliseconds of a swap in the page and the greatest difference from PyTorch's."""
    with chromium() as browser:
        tab = browser.new_page()
        tab.goto(page.resolve().as_uri())
        tab.wait_for_selector("html[data-ready]", timeout=120_000)
        found = {side: tab.evaluate(SWAP, [side, many]) for side in MODELS}
    return {side: compared(side, swaps) for side, swaps in found.items()}


def compared(side: int, swaps: list[dict]) -> tuple[float, int]:
    """Median milliseconds of a side's swaps, and the greatest difference from PyTorch's, in grey levels."""
    acting, swap = (
        np.stack([np.frombuffer(base64.b64decode(one[key]), np.uint8).reshape(side, side, 4)[..., :3] for one in swaps])
        for key in ("acting", "swap")
    )
    wanted = swapping.swap_pictures(weights.load(MODELS[side]), np.ascontiguousarray(acting), "ada", "bo")
    return statistics.median(one["ms"] for one in swaps[5:]), int(np.abs(swap.astype(int) - wanted).max())


def main() -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faces", type=int, default=60, help="how many swaps (default 60)")
    parser.add_argument("--page", type=Path, help="a page that is built already")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        page = asked.page or Path(folder) / "playground.html"
        if asked.page is None:
            page.write_text(build(), encoding="utf-8")
        found = measured(page, max(10, asked.faces))
        size = page.stat().st_size / 1e6
    for side, (milliseconds, difference) in found.items():
        words = f"{milliseconds:.1f} ms in the page, within {difference} grey levels of PyTorch's"
        print(f"A swap at {side} × {side}: {words}")
    figures = {f"frame_ms_{side}": round(milliseconds, 2) for side, (milliseconds, _) in found.items()}
    worst = max(difference for _, difference in found.values())
    print(json.dumps(figures | {"file_mb": round(size, 2), "max_difference": worst}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
