"""Content Credentials (C2PA): who says what of a file, signed and bound to its bytes; and what a check of them says.

The work is c2pa-python's, an open library of the standard's own makers. Nothing here asks the network: no time stamps,
no list of recalled certificates, no manifest from elsewhere.
"""

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from unmasked.arguments import checked_choice, checked_kind
from unmasked.provenance.certificate import Signer, course_signer
from unmasked.provenance.containers import kind_of

# What a maker can say of how something came about, in the words of IPTC's list that C2PA takes over.
MADE = {
    "a camera took it": "digitalCapture",
    "a person drew it": "digitalCreation",
    "a program drew it": "algorithmicMedia",
    "a trained network drew it": "trainedAlgorithmicMedia",
    "part of it is from a trained network": "compositeWithTrainedAlgorithmicMedia",
}
_SOURCES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
STATES = ("valid", "untrusted", "tampered", "damaged", "none")
_WORDS = {
    "signingCredential.untrusted": "nobody on your list vouches for the signer",
    "signingCredential.expired": "the signer's certificate has expired",
    "signingCredential.invalid": "the certificate isn't one for signing",
    "claimSignature.mismatch": "the signature doesn't fit what was signed",
    "assertion.dataHash.mismatch": "the bytes of the picture aren't those that were signed",
    "assertion.bmffHash.mismatch": "the bytes of the film aren't those that were signed",
    "assertion.hashedURI.mismatch": "what is said about it was changed after the signing",
}
_UNTRUSTED = "signingCredential.untrusted"


@dataclass(frozen=True)
class Verdict:
    """What a check of a file's credentials says.

    state     "valid": signed by somebody on the list, and nothing that was signed has changed since. "untrusted":
              nothing has changed since somebody signed whom nobody on the list vouches for, or whose certificate is no
              longer good. "tampered": something was
              changed after the signing. "damaged": can't be read. "none": no credentials, of which nothing follows.
    signer    the name on the certificate, "" where there is none.
    said      what the signer says of the file, in words; believed or not is another question.
    problems  what the check found wrong, in words.
    """

    state: str
    signer: str = ""
    said: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def sign(data: bytes, made: str, how: str, *, signer: Signer | None = None, parent: bytes | None = None) -> bytes:
    """A file's bytes with Content Credentials in them.

    data     of a PNG, JPEG or MP4; credentials that it has already are replaced.
    made     how it came about, one of MADE; `how`: more of that, in words of your own. Nobody checks either.
    signer   the course's own where None.
    parent   the signed file that it was made from: its credentials then travel along.
    Raises TypeError or ValueError that names the argument.
    """
    import c2pa

    kind, made = kind_of(data), checked_choice(made, MADE, "made")
    if not isinstance(how, str) or not how.strip():
        raise ValueError(f"how: wanted a few words on how it was made, got {how!r}")
    signer = checked_kind(course_signer() if signer is None else signer, Signer, "signer", "a Signer")
    parent_kind = None if parent is None else kind_of(parent, "parent")
    what = "created" if parent is None else "edited"
    action = {"action": f"c2pa.{what}", "digitalSourceType": _SOURCES + MADE[made], "description": how}
    manifest = {
        "claim_generator_info": [{"name": "Unmasked"}],
        "title": how,
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}],
    }
    try:
        info = c2pa.C2paSignerInfo(b"es256", signer.chain.encode(), signer.key.encode(), None)
        out, context = io.BytesIO(), _context(())
        with c2pa.Signer.from_info(info) as pen, c2pa.Builder(manifest, context) as builder:
            if parent is not None:
                builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
                builder.add_ingredient({"title": "what it was made from"}, parent_kind, io.BytesIO(parent))
            builder.sign(pen, kind, io.BytesIO(data), out)
    except c2pa.C2paError as error:
        raise ValueError(f"data or signer: it could not be signed ({error})") from error
    return out.getvalue()


def verify(data: bytes, trust: Iterable[str] | None = None) -> Verdict:
    """What a check of the credentials in a file's bytes says.

    data     of a PNG, JPEG or MP4.
    trust    roots as PEM whose signers are believed to be who they are; the course's own where None, and () believes
             nobody. Raises TypeError or ValueError that names the argument.
    """
    import c2pa

    kind = kind_of(data)
    roots = (course_signer().root,) if trust is None else tuple(trust)
    for root in roots:
        if not isinstance(root, str) or "BEGIN CERTIFICATE" not in root:
            raise ValueError("trust: wanted certificates as PEM, such as a Signer's root; or () to trust nobody")
    try:
        with c2pa.Reader(kind, io.BytesIO(data), context=_context(roots)) as reader:
            found = json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound:
        return Verdict("none")
    except c2pa.C2paError as error:
        return Verdict("damaged", problems=(f"it can't be read: {error}",))
    manifest = found["manifests"][found["active_manifest"]]
    failures = {problem["code"]: problem for problem in found.get("validation_status", [])}
    problems = tuple(_WORDS.get(code, problem.get("explanation", code)) for code, problem in failures.items())
    about_the_signer = all(code.startswith("signingCredential.") for code in failures)
    state = "valid" if not failures else "untrusted" if about_the_signer else "tampered"
    return Verdict(state, manifest.get("signature_info", {}).get("common_name", ""), tuple(_said(found)), problems)


def _said(found: dict) -> Iterator[str]:
    """What the active manifest says, and after it what it was made from, back to the beginning."""
    words = {source: made for made, source in MADE.items()}
    label, seen = found["active_manifest"], set()
    while label in found["manifests"] and label not in seen:
        seen.add(label)
        manifest, label = found["manifests"][label], None
        for assertion in manifest.get("assertions", []):
            for action in assertion["data"]["actions"] if "c2pa.actions" in assertion["label"] else ():
                source = action.get("digitalSourceType", "").removeprefix(_SOURCES)
                parts = (words.get(source, source), action.get("description", ""))
                what = action.get("action", "").removeprefix("c2pa.")
                if any(parts):
                    yield f"{what}: {'; '.join(part for part in parts if part)}"
        for ingredient in manifest.get("ingredients", []):
            failures = ingredient.get("validation_results", {}).get("activeManifest", {}).get("failure", [])
            if any(failure["code"] != _UNTRUSTED for failure in failures):
                yield "made from: a file whose own credentials were tampered with"
            label = ingredient.get("active_manifest", label)


@cache
def _context(roots: tuple[str, ...]):
    import c2pa

    settings = {
        "verify": {"verify_trust": True, "ocsp_fetch": False, "remote_manifest_fetch": False},
        "builder": {"thumbnail": {"enabled": False}},
    }
    if roots:
        settings["trust"] = {"trust_anchors": "\n".join(roots)}
    return c2pa.Context.from_dict(settings)
