"""Keys and certificates for signing: `python -m unmasked.provenance.certificate` makes the course's own once.

A certificate says whose a key is, and is signed by somebody who vouches for that, up to a root that vouches for itself.
The course's root and its signer lie in data/provenance, the signer's key too: it's for learning, and as everybody has
it, a signature by it proves nothing to anybody else.
"""

import argparse
import datetime
from dataclasses import dataclass, field
from pathlib import Path

from unmasked import paths
from unmasked.arguments import checked_whole

FOLDER = paths.DATA / "provenance"
FROM = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
FILES = {"chain": "signer.pem", "key": "signer.key", "root": "root.pem"}


@dataclass(frozen=True)
class Signer:
    """Who can sign: certificates as PEM, the signer's own first; its private key; and the root that vouches for it."""

    chain: str
    key: str = field(repr=False)
    root: str


def new_signer(name: str, organisation: str, years: int = 30) -> Signer:
    """A signer with a new key, and a root of its own that vouches for it; ES256, valid from 2026 on.

    Anybody can do this, in a second and under any name: that is the point of lesson 14. Raises ValueError.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID

    for argument, text in (("name", name), ("organisation", organisation)):
        if not isinstance(text, str) or not 0 < len(text.strip()) <= 64:
            raise ValueError(f"{argument}: wanted 1 to 64 characters, got {text!r}")
    until = FROM.replace(year=FROM.year + checked_whole(years, "years", 1, 100))
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name = _named(f"{organisation} root", organisation)

    def begun(owner: x509.Name, public):
        # What C2PA asks of a certificate: who vouches for it, what its key may do, and how keys are told apart.
        made = x509.CertificateBuilder(issuer_name=root_name, subject_name=owner, public_key=public)
        made = made.serial_number(x509.random_serial_number()).not_valid_before(FROM).not_valid_after(until)
        return made.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)

    usual = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    root = (
        begun(root_name, root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=False, key_cert_sign=True, crl_sign=True, **usual), critical=True
        )
        .sign(root_key, hashes.SHA256())
    )
    leaf = (
        begun(_named(name, organisation), key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=False, crl_sign=False, **usual), critical=True
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    return Signer(_pem(leaf) + _pem(root), _key_pem(key), _pem(root))


def course_signer(folder: Path = FOLDER) -> Signer:
    """The course's own signer, as kept. Raises FileNotFoundError with the command that makes it."""
    missing = [file for file in FILES.values() if not (folder / file).exists()]
    if missing:
        raise FileNotFoundError(
            f"{folder / missing[0]} is missing; get it back with: git checkout -- data/provenance (a new one from "
            "python -m unmasked.provenance.certificate vouches for new files only)"
        )
    return Signer(**{part: (folder / file).read_text("ascii") for part, file in FILES.items()})


def _named(name: str, organisation: str):
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    parts = ((NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, name))
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in parts])


def _pem(certificate) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM).decode("ascii")


def _key_pem(key) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m unmasked.provenance.certificate", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to write (default: data/provenance)")
    folder = parser.parse_args(words).folder
    kept = [file for file in FILES.values() if (folder / file).exists()]
    if kept:
        parser.error(f"{folder / kept[0]} is there already: what it signed could no longer be checked without it")
    made = new_signer("Unmasked, for learning only", "Unmasked course")
    for part, file in FILES.items():
        paths.write_aside(folder / file, getattr(made, part).encode("ascii"))
    print(f"root, signer and key stand in {folder}")


if __name__ == "__main__":
    main()
