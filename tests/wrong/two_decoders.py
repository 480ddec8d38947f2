# ruff: noqa: F811
"""Answers to lesson 04 that its checks must refuse, and unusual ones that they must accept."""

import torch
from torch import nn

from unmasked import losses
from unmasked.models.swap import SPREAD, Decoder, Encoder, Layout
from wrong import right_answer, wrong_answer


def rebuild_loss(model, batch, name):
    pictures, inside, *_ = batch
    return losses.l1_l2(model.decode(model.encode(pictures, name), name), pictures, weights=inside)


@wrong_answer("two-decoders.step", "forgets to clear the old gradients")
def joint_step(model, optimiser, ada_batch, bo_batch):
    ada, bo = rebuild_loss(model, ada_batch, "ada"), rebuild_loss(model, bo_batch, "bo")
    (ada + bo).backward()
    optimiser.step()
    return {"ada": ada.item(), "bo": bo.item()}


@wrong_answer("two-decoders.step", "steps on Ada's loss only")
def joint_step(model, optimiser, ada_batch, bo_batch):
    ada, bo = rebuild_loss(model, ada_batch, "ada"), rebuild_loss(model, bo_batch, "bo")
    optimiser.zero_grad()
    ada.backward()
    optimiser.step()
    return {"ada": ada.item(), "bo": bo.item()}


@wrong_answer("two-decoders.step", "rebuilds Bo with Ada's decoder")
def joint_step(model, optimiser, ada_batch, bo_batch):
    ada, bo = rebuild_loss(model, ada_batch, "ada"), rebuild_loss(model, bo_batch, "ada")
    optimiser.zero_grad()
    (ada + bo).backward()
    optimiser.step()
    return {"ada": ada.item(), "bo": bo.item()}


@wrong_answer("two-decoders.step", "never steps")
def joint_step(model, optimiser, ada_batch, bo_batch):
    ada, bo = rebuild_loss(model, ada_batch, "ada"), rebuild_loss(model, bo_batch, "bo")
    optimiser.zero_grad()
    (ada + bo).backward()
    return {"ada": ada.item(), "bo": bo.item()}


@right_answer("two-decoders.step", "two backward passes that add up")
def joint_step(model, optimiser, ada_batch, bo_batch):
    optimiser.zero_grad()
    found = {}
    for name, batch in (("bo", bo_batch), ("ada", ada_batch)):
        loss = rebuild_loss(model, batch, name)
        loss.backward()
        found[name] = loss.item()
    optimiser.step()
    return {"ada": found["ada"], "bo": found["bo"]}


class Net(nn.Module):
    def __init__(self, averages):
        super().__init__()
        self.averages = averages
        self.encoder, self.layout = Encoder(), Layout()
        self.decoders = nn.ModuleDict({name: Decoder() for name in averages})

    def encode(self, pictures, name):
        return self.encoder((pictures - self.averages[name]) / SPREAD)

    def decode(self, codes, name):
        return self.averages[name] + SPREAD * self.decoders[name](self.layout(codes))


@wrong_answer("two-decoders.net", "an encoder for every name")
class TwoDecoders(Net):
    def __init__(self, averages):
        super().__init__(averages)
        del self.encoder
        self.encoders = nn.ModuleDict({name: Encoder() for name in averages})

    def encode(self, pictures, name):
        return self.encoders[name]((pictures - self.averages[name]) / SPREAD)


@wrong_answer("two-decoders.net", "one decoder for everybody")
class TwoDecoders(Net):
    def __init__(self, averages):
        super().__init__(averages)
        self.decoders = nn.ModuleDict(dict.fromkeys(averages, Decoder()))


@wrong_answer("two-decoders.net", "forgets the average when it decodes")
class TwoDecoders(Net):
    def decode(self, codes, name):
        return SPREAD * self.decoders[name](self.layout(codes))


@wrong_answer("two-decoders.net", "decoders in a plain dict, out of the optimiser's sight")
class TwoDecoders(Net):
    def __init__(self, averages):
        super().__init__(averages)
        kept = dict(self.decoders.items())
        del self.decoders
        object.__setattr__(self, "decoders", kept)


@right_answer("two-decoders.net", "averages in one stacked tensor, other attribute names")
class TwoDecoders(nn.Module):
    def __init__(self, averages):
        super().__init__()
        self.names = list(averages)
        self.stack = torch.stack(list(averages.values()))
        self.look = Encoder()
        self.place = Layout()
        self.draw = nn.ModuleList([Decoder() for _ in averages])

    def encode(self, pictures, name):
        return self.look((pictures - self.stack[self.names.index(name)]) / SPREAD)

    def decode(self, codes, name):
        number = self.names.index(name)
        return torch.add(self.stack[number], self.draw[number](self.place(codes)), alpha=SPREAD)


@wrong_answer("two-decoders.swap", "decoder of the wrong character")
def swap(model, pictures, actor, face):
    return model.decode(model.encode(pictures, actor), actor)


@wrong_answer("two-decoders.swap", "encodes under the name of the one who appears")
def swap(model, pictures, actor, face):
    return model.decode(model.encode(pictures, face), face)


@wrong_answer("two-decoders.swap", "always to Bo")
def swap(model, pictures, actor, face):
    return model.decode(model.encode(pictures, actor), "bo")


@wrong_answer("two-decoders.swap", "channels last")
def swap(model, pictures, actor, face):
    return model.decode(model.encode(pictures, actor), face).permute(0, 2, 3, 1)


@right_answer("two-decoders.swap", "one picture at a time")
def swap(model, pictures, actor, face):
    return torch.cat([model.decode(model.encode(one[None], actor), face) for one in pictures])


@wrong_answer("two-decoders.score", "forgets the mask")
def explained(swapped, true, average, inside):
    return float(1 - ((swapped - true) ** 2).sum() / ((average - true) ** 2).sum())


@wrong_answer("two-decoders.score", "the fraction upside down")
def explained(swapped, true, average, inside):
    error, baseline = (inside * (swapped - true) ** 2).sum(), (inside * (average - true) ** 2).sum()
    return float(1 - baseline / error) if error > 0 else 1.0


@wrong_answer("two-decoders.score", "absolute instead of squared differences")
def explained(swapped, true, average, inside):
    return float(1 - (inside * (swapped - true).abs()).sum() / (inside * (average - true).abs()).sum())


@wrong_answer("two-decoders.score", "a mean of scores, picture by picture")
def explained(swapped, true, average, inside):
    error = (inside * (swapped - true) ** 2).sum((1, 2, 3))
    baseline = (inside * (average - true) ** 2).sum((1, 2, 3))
    return float((1 - error / baseline).mean())


@right_answer("two-decoders.score", "in NumPy, in double precision")
def explained(swapped, true, average, inside):
    swapped, true, average, inside = (x.detach().double().numpy() for x in (swapped, true, average, inside))
    return 1.0 - ((swapped - true) ** 2 * inside).sum() / ((average - true) ** 2 * inside).sum()


@wrong_answer("two-decoders.standardise", "statistics of the live batch")
def standardise(codes, stored):
    return (codes - codes.mean(0)) / (codes.std(0, correction=0) + 1e-6)


@wrong_answer("two-decoders.standardise", "forgets the spread")
def standardise(codes, stored):
    return codes - stored.mean(0)


@wrong_answer("two-decoders.standardise", "divides by the variance")
def standardise(codes, stored):
    return (codes - stored.mean(0)) / stored.var(0)


@wrong_answer("two-decoders.standardise", "one mean and spread for all numbers of the code")
def standardise(codes, stored):
    return (codes - stored.mean()) / stored.std()


@right_answer("two-decoders.standardise", "by a BatchNorm that stands still")
def standardise(codes, stored):
    return nn.functional.batch_norm(codes, stored.mean(0), stored.var(0), eps=1e-8)


@wrong_answer("two-decoders.count", "no biases")
def convolution_parameters(channels_in, channels_out, side):
    return channels_out * channels_in * side * side


@wrong_answer("two-decoders.count", "a bias for every input channel")
def convolution_parameters(channels_in, channels_out, side):
    return channels_out * channels_in * side * side + channels_in + 1000 * (channels_in == channels_out)


@wrong_answer("two-decoders.count", "one side of the kernel only")
def convolution_parameters(channels_in, channels_out, side):
    return channels_out * (channels_in * side + 2)


@right_answer("two-decoders.count", "asks PyTorch")
def convolution_parameters(channels_in, channels_out, side):
    layer = nn.Conv2d(channels_in, channels_out, side)
    return sum(parameter.numel() for parameter in layer.parameters())


def moved(model, optimiser, ada_batch, bo_batch, names=("ada", "bo"), masked=True, share=1.0):
    optimiser.zero_grad()
    batches = [batch if masked else (batch[0], torch.ones_like(batch[1])) for batch in (ada_batch, bo_batch)]
    ada, bo = (rebuild_loss(model, batch, name) for batch, name in zip(batches, names, strict=True))
    (share * (ada + bo)).backward()
    optimiser.step()
    return {"ada": ada.item(), "bo": bo.item()}


@wrong_answer("two-decoders.step", "clears only after the step")
def joint_step(model, optimiser, ada_batch, bo_batch):
    ada, bo = rebuild_loss(model, ada_batch, "ada"), rebuild_loss(model, bo_batch, "bo")
    (ada + bo).backward()
    optimiser.step()
    optimiser.zero_grad()
    return {"ada": ada.item(), "bo": bo.item()}


@wrong_answer("two-decoders.step", "names exchanged")
def joint_step(model, optimiser, ada_batch, bo_batch):
    return moved(model, optimiser, ada_batch, bo_batch, names=("bo", "ada"))


@wrong_answer("two-decoders.step", "the mask forgotten")
def joint_step(model, optimiser, ada_batch, bo_batch):
    return moved(model, optimiser, ada_batch, bo_batch, masked=False)


@wrong_answer("two-decoders.step", "the mean of the two losses")
def joint_step(model, optimiser, ada_batch, bo_batch):
    return moved(model, optimiser, ada_batch, bo_batch, share=0.5)


@wrong_answer("two-decoders.step", "a step for each character")
def joint_step(model, optimiser, ada_batch, bo_batch):
    found = {}
    for name, batch in (("ada", ada_batch), ("bo", bo_batch)):
        optimiser.zero_grad()
        loss = rebuild_loss(model, batch, name)
        loss.backward()
        optimiser.step()
        found[name] = loss.item()
    return found


@wrong_answer("two-decoders.step", "moves the weights by hand, the optimiser is never asked")
def joint_step(model, optimiser, ada_batch, bo_batch):
    ada, bo = rebuild_loss(model, ada_batch, "ada"), rebuild_loss(model, bo_batch, "bo")
    gradients = torch.autograd.grad(ada + bo, list(model.parameters()), allow_unused=True)
    with torch.no_grad():
        for parameter, gradient in zip(model.parameters(), gradients, strict=True):
            if gradient is not None:
                parameter -= optimiser.param_groups[0]["lr"] * gradient
    return {"ada": ada.item(), "bo": bo.item()}


@wrong_answer("two-decoders.step", "returns each loss under the other's name")
def joint_step(model, optimiser, ada_batch, bo_batch):
    found = moved(model, optimiser, ada_batch, bo_batch)
    return {"ada": found["bo"], "bo": found["ada"]}


@wrong_answer("two-decoders.step", "the losses after the step")
def joint_step(model, optimiser, ada_batch, bo_batch):
    moved(model, optimiser, ada_batch, bo_batch)
    return {"ada": rebuild_loss(model, ada_batch, "ada").item(), "bo": rebuild_loss(model, bo_batch, "bo").item()}


@right_answer("two-decoders.step", "keeps the losses on the model, returns tensors")
def joint_step(model, optimiser, ada_batch, bo_batch):
    model.kept = {"bo": rebuild_loss(model, bo_batch, "bo"), "ada": rebuild_loss(model, ada_batch, "ada")}
    model.zero_grad()
    torch.stack(list(model.kept.values())).sum().backward()
    optimiser.step()
    return model.kept


@wrong_answer("two-decoders.net", "a layout for every name")
class TwoDecoders(Net):
    def __init__(self, averages):
        super().__init__(averages)
        del self.layout
        self.layouts = nn.ModuleDict({name: Layout() for name in averages})

    def decode(self, codes, name):
        return self.averages[name] + SPREAD * self.decoders[name](self.layouts[name](codes))


@wrong_answer("two-decoders.net", "SPREAD forgotten on the way in")
class TwoDecoders(Net):
    def encode(self, pictures, name):
        return self.encoder(pictures - self.averages[name])


@wrong_answer("two-decoders.net", "SPREAD forgotten on the way out")
class TwoDecoders(Net):
    def decode(self, codes, name):
        return self.averages[name] + self.decoders[name](self.layout(codes))


@wrong_answer("two-decoders.net", "SPREAD multiplied in on both ways")
class TwoDecoders(Net):
    def encode(self, pictures, name):
        return self.encoder((pictures - self.averages[name]) * SPREAD)


@wrong_answer("two-decoders.net", "the first character's average for all")
class TwoDecoders(Net):
    def encode(self, pictures, name):
        return self.encoder((pictures - next(iter(self.averages.values()))) / SPREAD)


@wrong_answer("two-decoders.net", "another character's average on the way out")
class TwoDecoders(Net):
    def decode(self, codes, name):
        other = "bo" if name == "ada" else "ada"
        return self.averages[other] + SPREAD * self.decoders[name](self.layout(codes))


@wrong_answer("two-decoders.net", "no average on the way in")
class TwoDecoders(Net):
    def encode(self, pictures, name):
        return self.encoder(pictures)


@wrong_answer("two-decoders.net", "pictures cut off to 0…1 on the way out")
class TwoDecoders(Net):
    def decode(self, codes, name):
        return super().decode(codes, name).clamp(0, 1)


@wrong_answer("two-decoders.net", "codes squashed")
class TwoDecoders(Net):
    def encode(self, pictures, name):
        return 3 * torch.tanh(super().encode(pictures, name) / 3)


@wrong_answer("two-decoders.net", "dropout on the code")
class TwoDecoders(Net):
    def encode(self, pictures, name):
        return nn.functional.dropout(super().encode(pictures, name), 0.1, self.training)


@wrong_answer("two-decoders.net", "a batch of one is squeezed")
class TwoDecoders(Net):
    def decode(self, codes, name):
        return super().decode(codes, name).squeeze(0)


@wrong_answer("two-decoders.net", "a frozen encoder")
class TwoDecoders(Net):
    def __init__(self, averages):
        super().__init__(averages)
        self.encoder.requires_grad_(False)


@wrong_answer("two-decoders.net", "averages that learn")
class TwoDecoders(Net):
    def __init__(self, averages):
        super().__init__(averages)
        self.averages = nn.ParameterDict(averages)


@wrong_answer("two-decoders.net", "decoders of codes, the layout left out")
class TwoDecoders(Net):
    def decode(self, codes, name):
        return self.averages[name] + SPREAD * self.decoders[name](codes)


@right_answer("two-decoders.net", "decoders first, averages in buffers, keeps its last code")
class TwoDecoders(nn.Module):
    def __init__(self, averages):
        super().__init__()
        for name, average in averages.items():
            self.add_module(f"draw_{name}", Decoder())
            self.register_buffer(f"average_{name}", average)
        self.layout = Layout()
        self.encoder = Encoder()

    def encode(self, pictures, name):
        self.code = self.encoder((pictures - self.get_buffer(f"average_{name}")) / SPREAD)
        return self.code

    def decode(self, codes, name):
        self.drawn = self.get_submodule(f"draw_{name}")(self.layout(codes))
        return self.get_buffer(f"average_{name}") + SPREAD * self.drawn


@wrong_answer("two-decoders.swap", "to Bo, and from Bo to Ada")
def swap(model, pictures, actor, face):
    return model.decode(model.encode(pictures, actor), "bo" if actor != "bo" else "ada")


@wrong_answer("two-decoders.swap", "the other way")
def swap(model, pictures, actor, face):
    return model.decode(model.encode(pictures, face), actor)


@right_answer("two-decoders.swap", "other names of the arguments, without a graph, in double precision")
def swap(net, seen, who, shown):
    with torch.no_grad():
        return net.decode(net.encode(seen, who), shown).double()


@wrong_answer("two-decoders.score", "nothing below 0")
def explained(swapped, true, average, inside):
    error, baseline = (inside * (swapped - true) ** 2).sum(), (inside * (average - true) ** 2).sum()
    return max(0.0, float(1 - error / baseline))


@wrong_answer("two-decoders.score", "the mask made hard")
def explained(swapped, true, average, inside):
    inside = (inside >= 0.5).float()
    return float(1 - (inside * (swapped - true) ** 2).sum() / (inside * (average - true) ** 2).sum())


@wrong_answer("two-decoders.score", "the mask squared too")
def explained(swapped, true, average, inside):
    return float(1 - ((inside * (swapped - true)) ** 2).sum() / ((inside * (average - true)) ** 2).sum())


@wrong_answer("two-decoders.score", "the share that is left")
def explained(swapped, true, average, inside):
    return float((inside * (swapped - true) ** 2).sum() / (inside * (average - true) ** 2).sum())


@right_answer("two-decoders.score", "a 0-d tensor with a graph attached")
def explained(swapped, true, average, inside):
    weights = inside.sqrt().requires_grad_()
    return 1 - (weights * (swapped - true)).square().sum() / (weights * (average - true)).square().sum()


@wrong_answer("two-decoders.standardise", "cut off at 3 spreads")
def standardise(codes, stored):
    return ((codes - stored.mean(0)) / stored.std(0)).clamp(-3, 3)


@wrong_answer("two-decoders.standardise", "brackets missing")
def standardise(codes, stored):
    return codes - stored.mean(0) / stored.std(0)


@wrong_answer("two-decoders.standardise", "the stored mean, the spread of the codes at hand")
def standardise(codes, stored):
    return (codes - stored.mean(0)) / codes.std(0)


@right_answer("two-decoders.standardise", "divides by N, in double precision, a graph attached")
def standardise(codes, stored):
    stored = stored.double().requires_grad_()
    return (codes - stored.mean(0)) / stored.std(0, correction=0)


@wrong_answer("two-decoders.count", "a bias for every kernel")
def convolution_parameters(channels_in, channels_out, side):
    return channels_in * channels_out * (side * side + 1)


@right_answer("two-decoders.count", "as a tensor")
def convolution_parameters(channels_in, channels_out, side):
    return torch.tensor([channels_out, channels_in, side, side]).prod() + channels_out
