"""The playground in a Firefox, opened from disk: every room, and its swaps beside PyTorch's.

    python tests/firefox.py --page book/_build/playground.html

Speaks WebDriver BiDi to a Firefox of this machine (firefox or firefox-esr on the path, or the one that UNMASKED_FIREFOX
names), headless, with a profile of its own. `--pictures FOLDER` keeps a screenshot of each room. CI doesn't run it;
where there is no Firefox it says so and ends with 0.
"""

import argparse
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

import numpy as np  # noqa: E402
import websocket  # noqa: E402

from book.playground.page import MODELS  # noqa: E402
from unmasked import toons  # noqa: E402
from unmasked.faces import draw_faces  # noqa: E402
from unmasked.models import swapping, weights  # noqa: E402

ROOMS = {
    "puppet": "puppet?yaw=20&smile=1&jaw=0.5&eyes=ahead&acts=ada&size=128",
    "plugs": "plugs?picture=ada&reads=ada&draws=bo",
    "squeeze": "squeeze?kind=directions&set=0:2.5",
    "blend": "blend?filmed=kit&mask=face&grow=-4&feather=8&colour=reinhard&stage=blended",
    "spot": "spot?said=",
    "threshold": "threshold?detector=1&fakes=10",
}
SWAP = """([side, many]) => {
    const network = window.playground.networks[side], lattice = window.playground.lattices[side], found = [];
    const { yaw, smile, jaw, eyes } = lattice.axes;
    for (let i = 0; i < many; i += 1) {
        const place = { yaw: (5 * i) % yaw.length, smile: (3 * i) % smile.length };
        Object.assign(place, { jaw: i % jaw.length, eyes: i % eyes.length });
        const acting = lattice.face("ada", place), start = performance.now();
        const swap = network.decode(network.encode(acting, "ada"), "bo");
        const eye = eyes[place.eyes], ms = performance.now() - start;
        const acted = [yaw[place.yaw], smile[place.smile], jaw[place.jaw], eye.gaze_x, eye.lids];
        found.push({ ms, acted, acting: [...acting], swap: [...swap] });
    }
    return JSON.stringify(found);
}"""


class Firefox:
    """A headless Firefox with one tab, driven by WebDriver BiDi. A context manager."""

    def __init__(self, path: str):
        self.path, self.number = path, 0

    def __enter__(self) -> "Firefox":
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        options = ["--headless", "--no-remote", "--profile", self.folder.name, "--remote-debugging-port", "0"]
        # Into a file: a pipe that nobody empties would stop it.
        said = Path(self.folder.name) / "said.txt"
        with said.open("w", encoding="utf-8") as kept:
            self.process = subprocess.Popen([self.path, *options], stdout=kept, stderr=kept)
        while not (found := re.search(r"BiDi listening on (\S+)\s", said.read_text(encoding="utf-8"))):
            if self.process.poll() is not None:
                raise RuntimeError(f"Firefox ended before it listened: {said.read_text(encoding='utf-8')[-500:]}")
            time.sleep(0.2)
        address = found[1]
        self.socket = websocket.create_connection(f"{address}/session", timeout=300, suppress_origin=True)
        self.version = self.call("session.new", capabilities={})["capabilities"]["browserVersion"]
        self.tab = self.call("browsingContext.getTree")["contexts"][0]["context"]
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()
        self.process.terminate()
        self.process.wait(30)
        self.folder.cleanup()

    def call(self, method: str, **parameters) -> dict:
        """A command's result. RuntimeError with Firefox's words where it fails."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while (said := json.loads(self.socket.recv())).get("id") != self.number:
            pass
        if said["type"] == "error":
            raise RuntimeError(f"{method}: {said['error']}: {said['message']}")
        return said["result"]

    def evaluate(self, function: str, argument=None):
        """What a function of JavaScript returns in the page, a string or a number. RuntimeError for an exception."""
        code = f"({function})({json.dumps(argument)})"
        said = self.call("script.evaluate", expression=code, target={"context": self.tab}, awaitPromise=True)
        if said["type"] == "exception":
            raise RuntimeError(said["exceptionDetails"]["text"])
        return said["result"].get("value")

    def open(self, page: Path, size: tuple[int, int], seconds: float = 120) -> None:
        """The page, ready. RuntimeError with what it says itself where it doesn't get there."""
        viewport = {"width": size[0], "height": size[1]}
        self.call("browsingContext.setViewport", context=self.tab, viewport=viewport)
        self.call("browsingContext.navigate", context=self.tab, url=page.resolve().as_uri(), wait="complete")
        ends = time.monotonic() + seconds
        while self.evaluate("() => document.documentElement.dataset.ready ?? 'no'") == "no":
            if time.monotonic() > ends:
                raise RuntimeError(str(self.evaluate("() => document.getElementById('loading').textContent")))
            time.sleep(0.2)

    def picture(self, path: Path) -> None:
        """Keeps a screenshot."""
        path.write_bytes(base64.b64decode(self.call("browsingContext.captureScreenshot", context=self.tab)["data"]))


def swaps(firefox: Firefox, side: int, many: int) -> tuple[int, int, float]:
    """The greatest difference of the page's faces from the library's and of its swaps from PyTorch's, in grey levels,
    and the median milliseconds of a swap."""
    found = json.loads(firefox.evaluate(SWAP, [side, many]))
    acting, swap = (np.array([one[key] for one in found], np.uint8) for key in ("acting", "swap"))
    acting, swap = (np.ascontiguousarray(p.reshape(-1, side, side, 4)[..., :3]) for p in (acting, swap))
    keys = ("yaw", "smile", "jaw", "gaze_x", "lids")
    acted = np.stack([toons.Performance(**dict(zip(keys, one["acted"], strict=True))).to_array() for one in found])
    drawn = draw_faces(toons.character("ada"), acted, side).pictures
    wanted = swapping.swap_pictures(weights.load(MODELS[side]), acting, "ada", "bo")
    faces, off = (int(np.abs(a.astype(int) - b).max()) for a, b in ((acting, drawn), (swap, wanted)))
    return faces, off, float(np.median([one["ms"] for one in found[3:]]))


def main() -> int:
    """Runs it; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", type=Path, default=ROOT / "book" / "_build" / "playground.html")
    parser.add_argument("--pictures", type=Path, help="a folder for screenshots")
    asked = parser.parse_args()
    path = os.environ.get("UNMASKED_FIREFOX") or shutil.which("firefox") or shutil.which("firefox-esr")
    if path is None:
        print("no Firefox found, so nothing was tried: install one, or name it in UNMASKED_FIREFOX")
        return 0
    if not asked.page.is_file():
        print(f"{asked.page}: there is no such page; python -m book.playground writes it")
        return 1
    worst = 0
    with Firefox(path) as firefox:
        for size in ((1280, 900), (400, 800)):
            firefox.open(asked.page, size)
            for room, state in ROOMS.items():
                firefox.evaluate("state => { location.hash = state; }", state)
                time.sleep(0.5)
                shown = firefox.evaluate(
                    "() => [...document.querySelectorAll('main > section')].filter((one) => !one.hidden)[0].id"
                )
                wide = firefox.evaluate("() => document.documentElement.scrollWidth")
                if shown != f"room-{room}" or wide > size[0]:
                    print(f"{room} at {size[0]} pixels: shows {shown}, {wide} pixels wide")
                    worst = 255
                if asked.pictures:
                    asked.pictures.mkdir(parents=True, exist_ok=True)
                    firefox.picture(asked.pictures / f"{room}-{size[0]}.png")
        print(f"Firefox {firefox.version}: {len(ROOMS)} rooms opened at 1280 and at 400 pixels")
        for side in MODELS:
            faces, off, milliseconds = swaps(firefox, side, 20)
            print(
                f"{side} × {side}: faces within {faces}, swaps within {off} grey levels, {milliseconds:.0f} ms a swap"
            )
            worst = max(worst, faces + 2 if faces else 0, off)
    return int(worst > 2)


if __name__ == "__main__":
    sys.exit(main())
