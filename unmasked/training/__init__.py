"""The one training loop of the course: steps, a seconds cap, progress, preview, checkpoint, resume.

A lesson writes the step, which is what it teaches; everything around the step lives here:

    optimiser = torch.optim.Adam(model.parameters(), lr=2e-3)
    def step(i):
        set_rate(optimiser, cosine(i, 600, 2e-3))
        loss = ...
        optimiser.zero_grad(); loss.backward(); optimiser.step()
        return {"loss": loss}
    history = train(step, steps=600, state={"model": model, "optimiser": optimiser}, generator=generator)

`loop` is what drives the step; `history` notes what it did, `checkpoint` keeps it in a file, `progress` shows it;
`compiler` keeps out of memory what torch would load for nothing.
"""

from unmasked.fingerprints import fingerprint
from unmasked.training import compiler
from unmasked.training.history import History
from unmasked.training.loop import BrokenTraining, Run, train
from unmasked.training.muon import Muon
from unmasked.training.rates import cosine, set_rate

compiler.postpone()

__all__ = ["BrokenTraining", "History", "Muon", "Run", "cosine", "fingerprint", "set_rate", "train"]
