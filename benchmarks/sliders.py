"""How long a slider's picture takes: the course's puppet beside the same slider as `interact` + a Matplotlib redraw.

    python benchmarks/sliders.py

Both show the same three pictures (Ada, the swap, the true Bo) for the same turn of Ada's head, in a real JupyterLab,
started as start.py starts it, in a headless Chromium, in the same run. Printed, as medians:

    kernel_ms    the puppet's callback, from settings to packed pixels, inside a Jupyter kernel
    browser_ms   the puppet, from a key press on its slider to changed pixels on the page
    redraw_ms    `interact` with Matplotlib, from a key press on its slider to the changed picture on the page

and, beside kernel_ms, the callbacks of the redraw, of "swap the plugs", of the blending bench (a frame of 256 × 256,
every stage at work) and of the clue microscope (from frame to frame, the slowest clue) inside the kernel. Ends with one
JSON line.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "browser")]

import nbclient  # noqa: E402
import nbformat  # noqa: E402
from jupyter_browser import JupyterLab, chromium  # noqa: E402

SETUP = """
%matplotlib inline
import json, statistics, time
import numpy as np
from matplotlib import pyplot
from ipywidgets import FloatSlider, interact
from unmasked import blend, makers, toons
from unmasked.faces import draw_faces
from unmasked.forensics import clues
from unmasked.models import weights
from unmasked.toons import scenes
from unmasked.widgets import Bench, blending, microscope, plugs, puppet

model = weights.load("swap-ada-bo")
bench = puppet(model)

def redraw(settings):
    figure, axes = pyplot.subplots(1, 3, figsize=(7, 2.6))
    for axis, panel in zip(axes, bench.draw(settings).panels):
        axis.imshow(panel.picture)
        axis.set_title(panel.title)
        axis.set_axis_off()
    return figure
"""
# In the kernel: many performances, so that nothing can be had from a cache.
KERNEL = """
def milliseconds(work, moves):
    times = []
    for settings in moves:
        start = time.perf_counter()
        work(settings)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[3:])

def acted(count):
    performances = toons.sample_performances(np.random.default_rng(0), count)
    return [dict(zip(toons.PARAMETERS, map(float, performance))) for performance in performances]

def redraw_in_the_kernel(settings):
    from IPython.core.pylabtools import print_figure
    figure = redraw(settings)
    print_figure(figure)
    pyplot.close(figure)

performances = toons.sample_performances(np.random.default_rng(1), 8)
faces = {name: draw_faces(toons.character(name), performances).pictures for name in ("ada", "bo")}
wired = plugs({"One shared encoder": model}, faces)
layout = scenes.Layout((256, 256), 128, 132, 225, 3.0, 5, 7)
mixer = blending([blend.shoot(model, toons.Performance(), layout, np.zeros((68, 2)))])
hard = {"mask": "hull", "feather": 8, "colour": "reinhard", "sharpen": 1, "warp": 0.5, "contrast": 1.1}
clip = makers.record(toons.sample_identity(28), 3)
scope = microscope(clip, {"a swap": makers.built_in()["feathered swap"]}, levels=["JPEG 60"])

def moved(bench, moves):
    return milliseconds(lambda move: Bench._travelling(bench.draw({**bench.settings, **move}), 0), moves)

figures = {
    "kernel_ms": moved(bench, acted(63)),
    "redraw_kernel_ms": milliseconds(redraw_in_the_kernel, acted(23)),
    "plugs_kernel_ms": moved(wired, [{"moment": 1 + number % 8} for number in range(63)]),
    "blending_kernel_ms": moved(mixer, [{**hard, "grow": -(number % 7)} for number in range(23)]),
    "microscope_kernel_ms": max(
        moved(scope, [{"clue": clue, "frame": 1 + number % len(clip)} for number in range(23)]) for clue in clues.CLUES
    ),
}
print(json.dumps(figures))
"""
INTERACT = """
def turn(yaw):
    redraw({**bench.settings, "yaw": yaw})
    pyplot.show()

interact(turn, yaw=FloatSlider(min=-35, max=35, step=1, value=0));
"""
# Set before the key, read after it: the clock runs from the key's event until the page holds other pixels than before,
# looked at every few milliseconds.
WATCH = """root => {
    const look = () => {
        const canvas = root.querySelector("canvas[role=img]");
        if (canvas) {
            const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            let total = 0;
            for (let i = 0; i < pixels.length; i += 1) total = (total * 31 + pixels[i]) | 0;
            return total;
        }
        const image = root.querySelector("img");
        return image && image.complete && image.naturalWidth ? image.src : null;
    };
    const before = look();
    window.changed = new Promise((done, fail) => {
        document.addEventListener("keydown", () => {
            const start = performance.now();
            const again = () => {
                const now = look();
                if (now !== null && now !== before) done(performance.now() - start);
                else if (performance.now() - start > 10000) fail(new Error("nothing changed within 10 s"));
                else setTimeout(again, 2);
            };
            setTimeout(again, 2);
        }, { once: true, capture: true });
    });
}"""


def in_the_kernel() -> dict[str, float]:
    """Median milliseconds of the callbacks in a Jupyter kernel without a page: name → figure."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in (SETUP, KERNEL)])
    nbclient.NotebookClient(book, kernel_name="python3").execute()
    return json.loads("".join(output.get("text", "") for output in book.cells[1].outputs))


def keys_to_pixels(notebook, cell: int, count: int) -> float:
    """Median milliseconds from a key press on the first slider of a cell's output to changed pixels."""
    output = notebook.output(cell)
    folded = output.get_by_text("Sliders", exact=True)
    if folded.count():
        folded.click()
    slider = output.locator("input[type=range], [role=slider]:not(.um-grip)").first
    slider.scroll_into_view_if_needed()
    times = []
    for number in range(count):
        # Two to the right, one to the left: never a picture that was there a moment ago.
        key = "ArrowLeft" if number % 3 == 2 else "ArrowRight"
        output.evaluate(WATCH)
        slider.focus()
        notebook.page.keyboard.down(key)
        # The driver rests while the clock runs: on two cores, whatever it did would hold up the kernel or the page.
        time.sleep(0.25)
        notebook.page.keyboard.up(key)
        times.append(notebook.page.evaluate("() => window.changed"))
    return statistics.median(times[3:])


def main() -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presses", type=int, default=33, help="key presses for each slider (default 33)")
    presses = max(5, parser.parse_args().presses)
    figures = in_the_kernel()
    with tempfile.TemporaryDirectory() as folder, JupyterLab(Path(folder)) as lab, chromium() as browser:
        notebook = lab.open(browser, [SETUP, "bench", INTERACT])
        for cell in range(3):
            notebook.run(cell)
        notebook.widget(1)
        figures["browser_ms"] = keys_to_pixels(notebook, 1, presses)
        figures["redraw_ms"] = keys_to_pixels(notebook, 2, presses)
        notebook.shut()
    print(
        "In the kernel: the puppet {kernel_ms:.1f} ms, the plugs {plugs_kernel_ms:.1f} ms, the blending bench "
        "{blending_kernel_ms:.1f} ms, the microscope {microscope_kernel_ms:.1f} ms, a Matplotlib redraw "
        "{redraw_kernel_ms:.1f} ms".format(**figures)
    )
    on_the_page = "Key press to pixels: the puppet {browser_ms:.1f} ms, a Matplotlib redraw {redraw_ms:.1f} ms"
    print(on_the_page.format(**figures))
    ratios = (figures["redraw_kernel_ms"] / figures["kernel_ms"], figures["redraw_ms"] / figures["browser_ms"])
    print(f"The redraw takes {ratios[0]:.1f} × as long in the kernel, {ratios[1]:.1f} × on the page")
    print(json.dumps({name: round(value, 2) for name, value in figures.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
