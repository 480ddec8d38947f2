"""What a training did: the losses of every step, how long it took, what ended it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(repr=False)
class History:
    """What a training did, over all its sittings."""

    label: str = "training"
    steps: int = 0  # steps done
    losses: dict[str, list[float]] = field(default_factory=dict)  # one value a step; NaN where a step did not report it
    seconds: float = 0.0  # inside the steps only: previews and saving are not counted
    stopped_by: str = ""  # "steps", "seconds", "you" or "UNMASKED_MAX_STEPS"; empty while it runs
    resumed_from: int = 0  # the step at which this sitting took the run up; 0 = from nothing

    def latest(self, count: int = 50) -> dict[str, float]:
        """The mean of each loss over its last `count` reported values: one step's loss is too noisy to read."""
        reported = {name: [v for v in values[-count:] if not math.isnan(v)] for name, values in self.losses.items()}
        return {name: sum(values) / len(values) for name, values in reported.items() if values}

    def add(self, losses: Mapping[str, float], seconds: float) -> None:
        """Notes one more step."""
        for name in {**self.losses, **losses}:  # all names, in the order of their first coming
            values = self.losses.setdefault(name, [math.nan] * self.steps)
            values.append(losses.get(name, math.nan))
        self.steps += 1
        self.seconds += seconds

    def __str__(self) -> str:
        losses = ", ".join(f"{name} {value:.4g}" for name, value in self.latest().items())
        rate = f" ({self.steps / self.seconds:.1f} steps/s)" if self.seconds else ""
        stopped = f"; stopped by {self.stopped_by}" if self.stopped_by else ""
        return (
            f"{self.label}: {self.steps} steps in {self.seconds:.1f} s{rate}{', ' + losses if losses else ''}{stopped}"
        )

    __repr__ = __str__  # a cell that ends in a history shows one line, not a thousand numbers
