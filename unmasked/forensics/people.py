"""How well people tell real from fake, as published: what a player's score can be held against.

`RIGHT`: share of right answers and its 95 % interval over 56 papers and 86,155 people, pooled over all media (pictures,
films, sound and text), for two of them alone, and for people who had training or aids. Source: Diel and others, "Human
performance in detecting deepfakes: a systematic review and meta-analysis of 56 papers", 2024.
`TRAINED`: of 100 fakes and 100 real faces, what people of typical ability called fake, before and after five minutes of
training (two groups of people). The fakes are faces drawn whole by StyleGAN3. Source: Gray and others, "Training human
super-recognizers' detection and discrimination of AI-generated faces", 2025.
"""

RIGHT: dict[str, tuple[float, float, float]] = {
    "all media": (0.5554, 0.4887, 0.6210),
    "images alone": (0.5316, 0.4212, 0.6464),
    "video alone": (0.5731, 0.4780, 0.6657),
    "with training or aids": (0.6514, 0.5521, 0.7446),
}

# As `roc.d_prime` takes them: hits, fakes, alarms, reals.
TRAINED: dict[str, tuple[int, int, int, int]] = {
    "untrained": (31, 100, 46, 100),
    "after five minutes": (51, 100, 49, 100),
}
