"""What importing the widgets costs, and where each of them stands."""

import subprocess
import sys

from unmasked import widgets


def test_widgets_come_without_torch_and_pyplot():
    words = "import sys, unmasked.widgets; print([n for n in ('torch', 'matplotlib.pyplot') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", f"importing the widgets loads {done.stdout.strip()}: seconds for every lesson"


def test_a_bench_stands_in_a_file_of_its_name():
    benches = f"{widgets.__name__}.benches."
    places = {name: getattr(getattr(widgets, name), "__module__", "") for name in widgets.__all__}
    found = {name: place.removeprefix(benches) for name, place in places.items() if place.startswith(benches)}
    assert found.pop("results") == "spot_the_fake", "the answers are read where they are recorded"
    assert len(found) >= 17 and all(name == place for name, place in found.items()), found
