"""What importing the widgets costs."""

import subprocess
import sys


def test_widgets_come_without_torch_and_pyplot():
    words = "import sys, unmasked.widgets; print([n for n in ('torch', 'matplotlib.pyplot') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", f"importing the widgets loads {done.stdout.strip()}: seconds for every lesson"
