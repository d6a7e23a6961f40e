"""Merkle log (RFC 9162), signed checkpoints and their copy outside the database.

The tree hash is that of RFC 9162 section 2.1: a leaf is SHA-256(0x00 || data), a node is
SHA-256(0x01 || left || right), the empty tree is SHA-256 of nothing. Inclusion proofs
follow section 2.1.3, consistency proofs section 2.1.4.

This module knows bytes and files, not tables. Whoever holds a checkpoint file from
outside the database can tell whether the log was rewritten, even with the same key.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from registry.errors import JournalError

CHECKPOINT_FILE = "checkpoint.json"
CHECKPOINT_DOMAIN = "tanhui/checkpoint/ed25519/v1"
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split_point(size: int) -> int:
    """Return the largest power of two below `size` (> 1)."""
    return 1 << ((size - 1).bit_length() - 1)


@dataclass(frozen=True, slots=True)
class Frontier:
    """Roots of the perfect subtrees of a log, largest first: enough to append and to know the root."""

    size: int = 0
    """Number of leaves."""
    peaks: tuple[bytes, ...] = ()
    """One hash for each bit set in `size`."""

    def append(self, leaf: bytes) -> Frontier:
        """Return the frontier after one more leaf hash."""
        peaks, size = list(self.peaks), self.size
        node = leaf
        while size & 1:
            node = node_hash(peaks.pop(), node)
            size >>= 1
        return Frontier(self.size + 1, (*peaks, node))

    @property
    def root(self) -> bytes:
        """Root of the tree."""
        if not self.peaks:
            return EMPTY_ROOT
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node

    def to_text(self) -> str:
        """Return the peaks as hexadecimal text."""
        return ",".join(peak.hex() for peak in self.peaks)

    @classmethod
    def from_text(cls, size: int, text: str) -> Frontier:
        """Return the frontier written by `to_text`."""
        peaks = tuple(bytes.fromhex(part) for part in text.split(",") if part)
        if len(peaks) != size.bit_count():
            raise JournalError("frontier-invalid", tree_size=size)
        return cls(size, peaks)


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes.

    Examples
    --------
    >>> merkle_root([]).hex()[:16]
    'e3b0c44298fc1c14'
    """
    level = list(leaves)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the path from leaf `index` to the root, leaf side first (RFC 9162, 2.1.3.1)."""
    size = len(leaves)
    if not 0 <= index < size:
        raise JournalError("leaf-out-of-range", leaf_index=index, tree_size=size)
    if size == 1:
        return []
    cut = _split_point(size)
    if index < cut:
        return [*inclusion_proof(leaves[:cut], index), merkle_root(leaves[cut:])]
    return [*inclusion_proof(leaves[cut:], index - cut), merkle_root(leaves[:cut])]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether `proof` leads from `leaf` to `root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, node = index, size - 1, leaf
    for part in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            node = node_hash(part, node)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = node_hash(node, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and node == root


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """Return the proof that the tree of the `first` leaves is a prefix (RFC 9162, 2.1.4.1)."""
    if not 0 < first <= len(leaves):
        raise JournalError("leaf-out-of-range", leaf_index=first, tree_size=len(leaves))
    return _subproof(leaves, first, known=True)


def _subproof(leaves: Sequence[bytes], first: int, *, known: bool) -> list[bytes]:
    size = len(leaves)
    if first == size:
        return [] if known else [merkle_root(leaves)]
    cut = _split_point(size)
    if first <= cut:
        return [*_subproof(leaves[:cut], first, known=known), merkle_root(leaves[cut:])]
    return [*_subproof(leaves[cut:], first - cut, known=False), merkle_root(leaves[:cut])]


def verify_consistency(first: int, second: int, old: bytes, new: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether the log of size `first` and root `old` is a prefix of the other (2.1.4.2)."""
    if first == second:
        return old == new and not proof
    if not 0 < first < second:
        return False
    path = [old, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    from_old = from_new = path[0]
    for part in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            from_old, from_new = node_hash(part, from_old), node_hash(part, from_new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            from_new = node_hash(from_new, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and from_old == old and from_new == new


class Signer(Protocol):
    """Whatever can sign a checkpoint; another algorithm takes another domain."""

    @property
    def public_key(self) -> str:
        """Public key as hexadecimal text."""
        ...

    def sign(self, message: bytes) -> str:
        """Return the signature of `message` as hexadecimal text."""
        ...


class Ed25519Signer:
    """Signs with an Ed25519 private key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def from_seed(cls, seed: bytes) -> Ed25519Signer:
        """Return the signer of a 32-byte private key."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def load_or_create(cls, path: Path) -> Ed25519Signer:
        """Return the signer of the key file `path`, which is made if it is missing."""
        if path.exists():
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
            if not isinstance(key, Ed25519PrivateKey):
                raise JournalError("key-not-ed25519", path=str(path))
            return cls(key)
        made = Ed25519PrivateKey.generate()
        pem = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(pem)
        return cls(made)

    @property
    def public_key(self) -> str:
        """Raw public key as 64 hexadecimal digits."""
        raw = self._key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return raw.hex()

    def sign(self, message: bytes) -> str:
        """Return the signature of `message` as 128 hexadecimal digits."""
        return self._key.sign(message).hex()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement about the whole log at one size."""

    tree_size: int
    """Number of leaves."""
    root: str
    """Root of the Merkle tree, hexadecimal."""
    frontier: str
    """Roots of its perfect subtrees, from which the next root follows."""
    previous_root: str
    """Root of the checkpoint before."""
    recorded_at: str
    """Time of the clock, ISO 8601."""
    public_key: str
    """Public key of the signer, hexadecimal."""
    signature: str = ""
    """Ed25519 signature over all the fields above, hexadecimal."""

    @property
    def message(self) -> bytes:
        """The bytes that are signed, domain-separated."""
        names = [f.name for f in fields(self) if f.name != "signature"]
        return "\n".join([CHECKPOINT_DOMAIN, *(f"{n}={getattr(self, n)}" for n in names)]).encode()

    @property
    def key_fingerprint(self) -> str:
        """SHA-256 of the public key, hexadecimal."""
        return hashlib.sha256(bytes.fromhex(self.public_key)).hexdigest()

    def signature_holds(self) -> bool:
        """Return whether the signature belongs to the fields and the public key."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public_key))
            key.verify(bytes.fromhex(self.signature), self.message)
        except (InvalidSignature, ValueError):
            return False
        return True


def sign_checkpoint(frontier: Frontier, previous_root: str, recorded_at: str, signer: Signer) -> Checkpoint:
    """Return the signed checkpoint of a log."""
    draft = Checkpoint(
        frontier.size, frontier.root.hex(), frontier.to_text(), previous_root, recorded_at, signer.public_key
    )
    return Checkpoint(**{**asdict(draft), "signature": signer.sign(draft.message)})


def write_checkpoint(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write the checkpoint outside the database, by renaming, never in part."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / CHECKPOINT_FILE
    values = {**asdict(checkpoint), "key_fingerprint": checkpoint.key_fingerprint}
    draft = folder / f".{CHECKPOINT_FILE}.{os.getpid()}.{threading.get_ident()}"
    with draft.open("w", encoding="utf-8") as stream:
        stream.write(json.dumps(values, indent=2, sort_keys=True) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(target)
    return target


def read_checkpoint(path: Path) -> Checkpoint | None:
    """Return the checkpoint kept in a file or in a folder, or None if there is none."""
    file = path / CHECKPOINT_FILE if path.is_dir() else path
    if not file.exists():
        return None
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        return Checkpoint(**{f.name: values[f.name] for f in fields(Checkpoint)})
    except (ValueError, KeyError, TypeError) as error:
        raise JournalError("checkpoint-unreadable", path=str(file)) from error
