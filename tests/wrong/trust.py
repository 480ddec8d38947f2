# ruff: noqa: F811
"""Answers to lesson 14 that its checks must refuse, and unusual ones that they must accept."""

import math

import numpy as np

from unmasked.provenance import cards
from wrong import right_answer, wrong_answer


@wrong_answer("trust.distance", "how many agree")
def distance(one, other):
    return int((one == other).sum())


@wrong_answer("trust.distance", "the share that differs")
def distance(one, other):
    return float((one != other).mean())


@wrong_answer("trust.distance", "one way only")
def distance(one, other):
    return int((one & ~other).sum())


@wrong_answer("trust.distance", "the difference of their sums")
def distance(one, other):
    return abs(int(one.sum()) - int(other.sum()))


@wrong_answer("trust.distance", "either instead of one of both")
def distance(one, other):
    return int((one | other).sum())


@wrong_answer("trust.distance", "the length of the difference")
def distance(one, other):
    return float(np.linalg.norm(one.astype(float) - other.astype(float)))


@wrong_answer("trust.distance", "whether they differ")
def distance(one, other):
    return int((one != other).any())


@wrong_answer("trust.distance", "an array")
def distance(one, other):
    return one != other


@wrong_answer("trust.distance", "minus between booleans")
def distance(one, other):
    return int(np.abs(one - other).sum())


@right_answer("trust.distance", "as whole numbers, by their bits")
def distance(one, other):
    numbers = [int("".join("1" if bit else "0" for bit in bits), 2) for bits in (one, other)]
    return (numbers[0] ^ numbers[1]).bit_count()


@right_answer("trust.distance", "a NumPy number, by exclusive or")
def distance(one, other):
    return np.count_nonzero(one ^ other)


def whole(values):
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


@wrong_answer("trust.embed", "wraps round")
def embed(picture, pattern, strength):
    return np.mod(np.rint(picture + strength * pattern[..., None]), 256).astype(np.uint8)


@wrong_answer("trust.embed", "wraps round and cuts fractions off")
def embed(picture, pattern, strength):
    return (picture + strength * pattern[..., None]).astype(np.int64).astype(np.uint8)


@wrong_answer("trust.embed", "adds whole numbers to uint8")
def embed(picture, pattern, strength):
    return picture + np.rint(strength * pattern[..., None]).astype(np.int64).astype(np.uint8)


@wrong_answer("trust.embed", "cuts fractions off")
def embed(picture, pattern, strength):
    return np.clip(picture + strength * pattern[..., None], 0, 255).astype(np.uint8)


@wrong_answer("trust.embed", "no strength")
def embed(picture, pattern, strength):
    return whole(picture + pattern[..., None])


@wrong_answer("trust.embed", "takes the mark off")
def embed(picture, pattern, strength):
    return whole(picture - strength * pattern[..., None])


@wrong_answer("trust.embed", "red alone")
def embed(picture, pattern, strength):
    moved = picture.astype(float)
    moved[..., 0] += strength * pattern
    return whole(moved)


@wrong_answer("trust.embed", "signs alone")
def embed(picture, pattern, strength):
    return whole(picture + strength * np.sign(pattern[..., None]))


@wrong_answer("trust.embed", "multiplies")
def embed(picture, pattern, strength):
    return whole(picture * (1 + strength * pattern[..., None] / 255))


@wrong_answer("trust.embed", "floats")
def embed(picture, pattern, strength):
    return np.clip(picture + strength * pattern[..., None], 0, 255)


@wrong_answer("trust.embed", "into the learner's own picture")
def embed(picture, pattern, strength):
    picture[:] = whole(picture + strength * pattern[..., None])
    return picture


@wrong_answer("trust.embed", "the mark alone")
def embed(picture, pattern, strength):
    return whole(np.repeat(strength * pattern[..., None], 3, 2))


@right_answer("trust.embed", "colour by colour, in whole numbers")
def embed(picture, pattern, strength):
    colours = [np.rint(picture[..., channel].astype(np.float64) + strength * pattern) for channel in range(3)]
    return np.stack(colours, -1).astype(np.int64).clip(0, 255).astype(np.uint8)


@right_answer("trust.embed", "minimum and maximum, repeated pattern")
def embed(picture, pattern, strength):
    moved = np.round(picture + np.repeat(strength * pattern[:, :, None], 3, axis=2))
    return np.minimum(np.maximum(moved, 0), 255).astype("uint8")


def agreements(waves, signs):
    return float(np.sum(np.sign(waves) == signs))


@wrong_answer("trust.detect", "agreements alone")
def detect(waves, signs):
    return agreements(waves, signs)


@wrong_answer("trust.detect", "a share")
def detect(waves, signs):
    return agreements(waves, signs) / len(signs)


@wrong_answer("trust.detect", "not divided")
def detect(waves, signs):
    return agreements(waves, signs) - len(signs) / 2


@wrong_answer("trust.detect", "by the root of n")
def detect(waves, signs):
    return (agreements(waves, signs) - len(signs) / 2) / np.sqrt(len(signs))


@wrong_answer("trust.detect", "by the variance")
def detect(waves, signs):
    return (agreements(waves, signs) - len(signs) / 2) / (len(signs) / 4)


@wrong_answer("trust.detect", "by half of n")
def detect(waves, signs):
    return (agreements(waves, signs) - len(signs) / 2) / (len(signs) / 2)


@wrong_answer("trust.detect", "chance isn't taken off")
def detect(waves, signs):
    return agreements(waves, signs) / (np.sqrt(len(signs)) / 2)


@wrong_answer("trust.detect", "with the waves' sizes")
def detect(waves, signs):
    return float(waves @ signs)


@wrong_answer("trust.detect", "a correlation")
def detect(waves, signs):
    return float(waves @ signs / np.linalg.norm(waves))


@wrong_answer("trust.detect", "without its sign")
def detect(waves, signs):
    return abs(agreements(waves, signs) - len(signs) / 2) / (np.sqrt(len(signs)) / 2)


@wrong_answer("trust.detect", "disagreements")
def detect(waves, signs):
    return (np.sum(np.sign(waves) != signs) - len(signs) / 2) / (np.sqrt(len(signs)) / 2)


@wrong_answer("trust.detect", "two pluses only")
def detect(waves, signs):
    return (np.sum((waves > 0) & (signs > 0)) - len(signs) / 2) / (np.sqrt(len(signs)) / 2)


@wrong_answer("trust.detect", "always 946 waves")
def detect(waves, signs):
    return (agreements(waves, signs) - 473) / (np.sqrt(946) / 2)


@right_answer("trust.detect", "as a scalar product of signs")
def detect(waves, signs):
    return np.sign(waves) @ signs / np.sqrt(len(signs))


@right_answer("trust.detect", "in plain Python")
def detect(waves, signs):
    agree = sum(1 for wave, sign in zip(waves, signs, strict=True) if wave * sign > 0)
    return (2 * agree - len(signs)) / math.sqrt(len(signs))


def card(words, pictures, parameters, measured):
    _, channels, height, width = pictures.shape
    picture = {"kind": "picture", "height": height, "width": width, "channels": channels}
    return {**words, "inputs": picture, "outputs": dict(picture), "parameters": parameters, "measured": measured}


def count(model):
    return sum(p.numel() for p in model.parameters())


def forms(scores, off=lambda v: 1.96 * v.std(ddof=1) / np.sqrt(len(v)), value=np.mean):
    return [
        {
            "what": what,
            "value": float(value(values)),
            "low": float(value(values) - off(values)),
            "high": float(value(values) + off(values)),
            "count": len(values),
        }
        for what, values in scores.items()
    ]


@wrong_answer("trust.model-card", "counts tensors")
def fill(words, model, pictures, scores):
    return card(words, pictures, len(list(model.parameters())), forms(scores))


@wrong_answer("trust.model-card", "counts statistics, too")
def fill(words, model, pictures, scores):
    return card(words, pictures, sum(t.numel() for t in model.state_dict().values()), forms(scores))


@wrong_answer("trust.model-card", "leaves the biases out")
def fill(words, model, pictures, scores):
    return card(words, pictures, sum(p.numel() for p in model.parameters() if p.ndim > 1), forms(scores))


@wrong_answer("trust.model-card", "the length of each parameter")
def fill(words, model, pictures, scores):
    return card(words, pictures, sum(len(p) for p in model.parameters()), forms(scores))


@wrong_answer("trust.model-card", "the spread of single pictures")
def fill(words, model, pictures, scores):
    return card(words, pictures, count(model), forms(scores, lambda v: 1.96 * v.std(ddof=1)))


@wrong_answer("trust.model-card", "one standard error")
def fill(words, model, pictures, scores):
    return card(words, pictures, count(model), forms(scores, lambda v: v.std(ddof=1) / np.sqrt(len(v))))


@wrong_answer("trust.model-card", "the population's standard deviation")
def fill(words, model, pictures, scores):
    return card(words, pictures, count(model), forms(scores, lambda v: 1.96 * v.std() / np.sqrt(len(v))))


@wrong_answer("trust.model-card", "divided by the count")
def fill(words, model, pictures, scores):
    return card(words, pictures, count(model), forms(scores, lambda v: 1.96 * v.std(ddof=1) / len(v)))


@wrong_answer("trust.model-card", "low and high exchanged")
def fill(words, model, pictures, scores):
    return card(words, pictures, count(model), forms(scores, lambda v: -1.96 * v.std(ddof=1) / np.sqrt(len(v))))


@wrong_answer("trust.model-card", "the median")
def fill(words, model, pictures, scores):
    return card(words, pictures, count(model), forms(scores, value=np.median))


@wrong_answer("trust.model-card", "NumPy's numbers, which JSON can't write")
def fill(words, model, pictures, scores):
    return card(
        words, pictures, count(model), [form | {"value": scores[form["what"]].mean()} for form in forms(scores)]
    )


@wrong_answer("trust.model-card", "no count")
def fill(words, model, pictures, scores):
    less = [{name: told for name, told in form.items() if name != "count"} for form in forms(scores)]
    return card(words, pictures, count(model), less)


@wrong_answer("trust.model-card", "the first measure alone")
def fill(words, model, pictures, scores):
    return card(words, pictures, count(model), forms(scores)[:1])


@wrong_answer("trust.model-card", "height and width exchanged")
def fill(words, model, pictures, scores):
    return card(words, pictures.transpose(2, 3), count(model), forms(scores))


@wrong_answer("trust.model-card", "a dict of measures")
def fill(words, model, pictures, scores):
    return card(words, pictures, count(model), {form["what"]: form for form in forms(scores)})


@wrong_answer("trust.model-card", "the parameters as words")
def fill(words, model, pictures, scores):
    return card(words, pictures, f"{count(model):,}", forms(scores))


@right_answer("trust.model-card", "by the trained shapes and by variance")
def fill(words, model, pictures, scores):
    shapes = [tuple(p.shape) for p in model.parameters()]
    measured = []
    for what in scores:
        v = np.array(scores[what])
        n, mean = v.size, v.sum() / v.size
        off = 1.96 * (((v - mean) ** 2).sum() / (n - 1) / n) ** 0.5
        measured.append(
            {"count": n, "high": float(mean + off), "low": float(mean - off), "value": float(mean), "what": what}
        )
    return card(words, pictures, int(sum(np.prod(shape) for shape in shapes)), measured)


@right_answer("trust.model-card", "the course's own")
def fill(words, model, pictures, scores):
    return cards.filled(words, model, pictures, scores)


def off(told, facts):
    return {name: abs(told[name] - facts[name]) for name in set(told) & set(facts)}


@wrong_answer("trust.misfits", "silence is forgiven")
def misfits(told, facts, tolerance=0.02):
    wrong = [name for name, by in off(told, facts).items() if by > tolerance * abs(facts[name])]
    return sorted(set(wrong) | (set(told) - set(facts)))


@wrong_answer("trust.misfits", "what nobody measured is forgiven")
def misfits(told, facts, tolerance=0.02):
    wrong = [name for name, by in off(told, facts).items() if by > tolerance * abs(facts[name])]
    return sorted(set(wrong) | (set(facts) - set(told)))


@wrong_answer("trust.misfits", "only what stands in both")
def misfits(told, facts, tolerance=0.02):
    return sorted(name for name, by in off(told, facts).items() if by > tolerance * abs(facts[name]))


@wrong_answer("trust.misfits", "an absolute tolerance")
def misfits(told, facts, tolerance=0.02):
    wrong = [name for name, by in off(told, facts).items() if by > tolerance]
    return sorted(set(wrong) | (set(told) ^ set(facts)))


@wrong_answer("trust.misfits", "a share of what is told")
def misfits(told, facts, tolerance=0.02):
    wrong = [name for name, by in off(told, facts).items() if by > tolerance * abs(told[name])]
    return sorted(set(wrong) | (set(told) ^ set(facts)))


@wrong_answer("trust.misfits", "facts below 0")
def misfits(told, facts, tolerance=0.02):
    wrong = [name for name, by in off(told, facts).items() if by > tolerance * facts[name]]
    return sorted(set(wrong) | (set(told) ^ set(facts)))


@wrong_answer("trust.misfits", "too large only")
def misfits(told, facts, tolerance=0.02):
    wrong = [name for name in off(told, facts) if told[name] - facts[name] > tolerance * abs(facts[name])]
    return sorted(set(wrong) | (set(told) ^ set(facts)))


@wrong_answer("trust.misfits", "exactly equal")
def misfits(told, facts, tolerance=0.02):
    return sorted(name for name in set(told) | set(facts) if told.get(name) != facts.get(name))


@wrong_answer("trust.misfits", "2 % whatever is asked for")
def misfits(told, facts, tolerance=0.02):
    return cards.misfits(told, facts, 0.02)


@wrong_answer("trust.misfits", "divides by a fact that is 0")
def misfits(told, facts, tolerance=0.02):
    wrong = [name for name, by in off(told, facts).items() if by / abs(facts[name]) > tolerance]
    return sorted(set(wrong) | (set(told) ^ set(facts)))


@wrong_answer("trust.misfits", "a relative error")
def misfits(told, facts, tolerance=0.02):
    wrong = [name for name in set(told) & set(facts) if abs(told[name] / facts[name] - 1) > tolerance]
    return sorted(set(wrong) | (set(told) ^ set(facts)))


@wrong_answer("trust.misfits", "not sorted")
def misfits(told, facts, tolerance=0.02):
    return cards.misfits(told, facts, tolerance)[::-1]


@wrong_answer("trust.misfits", "what fits")
def misfits(told, facts, tolerance=0.02):
    return sorted(set(told) & set(facts) - set(cards.misfits(told, facts, tolerance)))


@right_answer("trust.misfits", "with infinity for what is missing")
def misfits(told, facts, tolerance=0.02):
    nowhere = dict.fromkeys((*told, *facts), math.inf)
    one, other = nowhere | dict(told), nowhere | dict(facts)
    fits = [
        n for n in nowhere if math.isfinite(one[n] + other[n]) and abs(one[n] - other[n]) <= tolerance * abs(other[n])
    ]
    return sorted(nowhere.keys() - fits)


@right_answer("trust.misfits", "by isclose, relative to the fact")
def misfits(told, facts, tolerance=0.02):
    wrong = []
    for name in facts.keys() | told.keys():
        if name in facts and name in told and np.isclose(told[name], facts[name], rtol=tolerance, atol=0):
            continue
        wrong.append(name)
    wrong.sort()
    return wrong
