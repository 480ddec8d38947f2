"""Lets a kernel find the demo's checks where those of a lesson lie: as unmasked.course.checks.demo."""

import importlib.util
import sys
from pathlib import Path

CHECKS = Path(__file__).parents[1] / "demo_checks.py"


class DemoChecks:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "unmasked.course.checks.demo":
            return importlib.util.spec_from_file_location(name, CHECKS)
        return None


sys.meta_path.append(DemoChecks)
