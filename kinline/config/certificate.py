"""A certificate for one address on the local network, made here and trusted by nobody else.

An authority signs one certificate and is then forgotten. Its key is never stored: whoever tells a
phone to trust it cannot be shown another certificate from it.
"""

import os
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFE = timedelta(days=90)
RENEW_BEFORE = timedelta(days=7)
SLOW_CLOCKS = timedelta(hours=1)
PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class Certificate:
    """Files: what a server shows, its key, and what a client of ours trusts."""

    chain: Path
    key: Path
    trust: Path


def certificate(host: str, folder: Path, now: datetime) -> Certificate:
    """The certificate for `host` (an IPv4 address), made anew when it is missing or old."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = Certificate(folder / "chain.pem", folder / "key.pem", folder / "trust.pem")
    if not _good(files, host, now):
        _make(files, host, now)
    return files


def _good(files: Certificate, host: str, now: datetime) -> bool:
    if not all(path.exists() for path in (files.chain, files.key, files.trust)):
        return False
    shown = x509.load_pem_x509_certificates(files.chain.read_bytes())[0]
    names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    named = IPv4Address(host) in names.get_values_for_type(x509.IPAddress)
    return named and shown.not_valid_after_utc - RENEW_BEFORE > now


def _make(files: Certificate, host: str, now: datetime) -> None:
    signer, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _authority(signer, now)
    shown = _server(host, key.public_key(), authority, signer, now)
    plain = serialization.NoEncryption()
    _write(files.key, key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, plain))
    _write(files.chain, shown.public_bytes(PEM) + authority.public_bytes(PEM))
    # Our engine and worker call web by the same address, and the rest of the world as ever.
    _write(files.trust, authority.public_bytes(PEM) + _trusted_anyway())


def _authority(signer: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = _name(f"Kinline on this network, {now:%Y-%m-%d %H:%M}")
    begun = _begin(name, name, signer.public_key(), signer, now)
    may = x509.BasicConstraints(ca=True, path_length=0)
    return (
        begun.add_extension(may, critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .sign(signer, hashes.SHA256())
    )


def _server(
    host: str,
    public: ec.EllipticCurvePublicKey,
    authority: x509.Certificate,
    signer: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    names: list[x509.GeneralName] = [x509.DNSName("localhost")]
    names += [x509.IPAddress(IPv4Address(ip)) for ip in dict.fromkeys([host, "127.0.0.1"])]
    begun = _begin(_name(host), authority.subject, public, signer, now)
    return (
        begun.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(signer, hashes.SHA256())
    )


def _begin(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.CertificateBuilder:
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SLOW_CLOCKS)
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(by, critical=False)
    )


def _name(word: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, word)])


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _trusted_anyway() -> bytes:
    """The authorities this machine trusts, or nothing where it has no such file."""
    known = ssl.get_default_verify_paths().cafile
    return Path(known).read_bytes() if known else b""


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
