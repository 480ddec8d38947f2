"""The checks of lesson 02: autoencoders."""

import torch
from sklearn.linear_model import LinearRegression

from unmasked.course.checks import (
    Trial,
    close,
    compare_functions,
    copied_weights_agree,
    exercise,
    gradients_reach,
    is_module,
    refuse,
    shape_is,
)
from unmasked.models import autoencoder


def walk(decode, start, end, stops):
    """The reference of `autoencoders.walk`."""
    along = torch.linspace(0, 1, stops)[:, None]
    return decode(start + along * (end - start))


# Where all parameters have the right sizes, only what has none can be wrong.
WITHOUT_WEIGHTS = "(the sizes are right; look at the activations, their slope and places, and at the shuffle)"


@exercise("autoencoders.walk", reference=walk)
def check_walk(trial: Trial) -> None:
    """With a decoder that is not linear: there a mixture of two pictures is not the picture of a mixture."""
    for size, stops in ((2, 5), (3, 2), (7, 4)):
        weights, start, end = trial.torch_normal(size, 6), trial.torch_normal(size), trial.torch_normal(size)

        def decode(codes, weights=weights, size=size):
            if codes.ndim != 2 or codes.shape[1] != size:
                refuse(f"`decode` wants codes of shape (N, {size}), one a row; it was given {tuple(codes.shape)}.")
            return torch.sin(codes @ weights).reshape(-1, 2, 3)

        if (drawn := trial.call(decode, start, end, stops)) is not ... and isinstance(drawn, torch.Tensor):
            shape_is(drawn, (stops, 2, 3), f"a walk with {stops} stops")
            close(drawn[0], decode(start[None])[0], "the first stop, which is `start` itself")
            close(drawn[-1], decode(end[None])[0], "the last stop, which is `end` itself")
        compare_functions(trial, (decode, start, end, stops), what="the pictures of the walk")


@exercise("autoencoders.encoder", reference=autoencoder.Encoder)
def check_encoder(trial: Trial) -> None:
    """Shapes for two sizes of a code, gradients everywhere, and the reference's output with the attempt's weights."""
    for code_size, count in ((5, 3), (32, 2)):
        mine, reference = trial.run(trial.attempt, code_size), trial.expected(code_size)
        is_module(mine, "Encoder(…)")
        differences = trial.torch_normal(count, 3, 64, 64)
        codes = trial.run(mine, differences)
        shape_is(codes, (count, code_size), f"the codes of {count} pictures")
        copied_weights_agree(trial, mine, reference, (differences,), f"the codes {WITHOUT_WEIGHTS}")
        gradients_reach(mine, mine(differences))


@exercise("autoencoders.decoder", reference=autoencoder.Decoder)
def check_decoder(trial: Trial) -> None:
    """As the encoder's, the other way round."""
    for code_size, count in ((5, 3), (32, 2)):
        mine, reference = trial.run(trial.attempt, code_size), trial.expected(code_size)
        is_module(mine, "Decoder(…)")
        codes = trial.torch_normal(count, code_size)
        drawn = trial.run(mine, codes)
        shape_is(drawn, (count, 3, 64, 64), f"{count} decoded differences")
        copied_weights_agree(trial, mine, reference, (codes,), f"the differences that it draws {WITHOUT_WEIGHTS}")
        gradients_reach(mine, mine(codes))


def probe(codes, values, new_codes, new_values):
    """The reference of `autoencoders.probe`."""
    return LinearRegression().fit(codes, values).score(new_codes, new_values)


@exercise("autoencoders.probe", reference=probe)
def check_probe(trial: Trial) -> None:
    """A value to be read in part; few codes, where learning by heart shows; a value that is not there at all."""
    for known, asked, size in ((400, 90, 4), (20, 60, 12)):
        codes, new_codes = trial.normal(known, size) + 2, trial.normal(asked, size) + 2
        slope = trial.normal(size)
        # The new values lie higher: correlation does not notice, R² does.
        values = codes @ slope + 3 + trial.normal(known)
        new_values = new_codes @ slope + 3.5 + trial.normal(asked)
        compare_functions(trial, (codes, values, new_codes, new_values), what="R² on the new codes", tolerance=0.02)
    codes, values, new_codes, new_values = (trial.normal(*shape) for shape in ((40, 10), (40,), (70, 10), (70,)))
    what = "R² on new codes for a value that has nothing to do with the code"
    compare_functions(trial, (codes, values, new_codes, new_values), what=what, tolerance=0.02)
