"""The true composite: one head with another's features, drawn rather than blended."""

from dataclasses import replace

from unmasked.toons.identity import Identity, checked_identity

# What is drawn on a face, as against the head that carries it.
FEATURES = (
    "iris", "lips", "frames", "eye_size", "eye_spacing", "eye_height", "eye_aspect", "eye_tilt", "iris_size", "lashes",
    "brow_thickness", "brow_length", "brow_arch", "nose_width", "nose_height", "mouth_width", "mouth_height",
    "lip_fullness", "teeth", "glasses", "freckles", "blush", "marks",
)  # fmt: skip


def wearing_the_face_of(body: Identity, face: Identity) -> Identity:
    """`body` with the features of `face`: eyes, brows, nose, mouth, freckles, blush and glasses.

    Head shape, complexion, hair, ears and clothes stay: they are what the frame shows outside the mask, and the skin
    of a face must agree with that of the neck. The drawing gives brows and lashes a colour by the hair, so they stay
    `body`'s too. Raises TypeError for anything but two identities.
    """
    for name, one in (("body", body), ("face", face)):
        checked_identity(one, name)
    return replace(body, name=f"{face.name} on {body.name}", **{field: getattr(face, field) for field in FEATURES})
