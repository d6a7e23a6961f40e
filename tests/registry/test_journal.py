"""The Merkle log against published vectors, an independent tree, and all proofs up to 64 leaves."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from registry.errors import JournalError
from registry.journal import (
    CHECKPOINT_FILE,
    EMPTY_ROOT,
    Checkpoint,
    Ed25519Signer,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    merkle_root,
    read_checkpoint,
    sign_checkpoint,
    verify_consistency,
    verify_inclusion,
    write_checkpoint,
)

# Test vectors of the Certificate Transparency reference implementation (the tree hash of RFC 6962
# section 2.1, kept by RFC 9162 section 2.1): eight leaves and the root after each.
CT_LEAVES = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)
CT_ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LEAVES = [leaf_hash(bytes([n])) for n in range(64)]


def plain_root(leaves: list[bytes]) -> bytes:
    """Return the root by the recursive definition of RFC 9162, 2.1.1, written independently."""
    if len(leaves) == 1:
        return leaves[0]
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    return hashlib.sha256(b"\x01" + plain_root(leaves[:cut]) + plain_root(leaves[cut:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(data)) for data in CT_LEAVES[:size]]
    assert merkle_root(leaves).hex() == CT_ROOTS[size - 1]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert merkle_root([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()
    assert Frontier().root == EMPTY_ROOT


def test_frontier_and_tree_agree_with_the_recursive_definition() -> None:
    frontier = Frontier()
    for size, leaf in enumerate(LEAVES, start=1):
        frontier = frontier.append(leaf)
        assert frontier.size == size
        assert frontier.root == merkle_root(LEAVES[:size]) == plain_root(LEAVES[:size])
        assert Frontier.from_text(size, frontier.to_text()) == frontier


def test_all_inclusion_proofs_up_to_64_leaves() -> None:
    for size in range(1, 65):
        leaves = LEAVES[:size]
        root = merkle_root(leaves)
        for index in range(size):
            proof = inclusion_proof(leaves, index)
            assert verify_inclusion(leaves[index], index, size, proof, root)
            assert not verify_inclusion(leaf_hash(b"other"), index, size, proof, root)
            assert not verify_inclusion(leaves[index], index, size, [*proof, root], root)
            if size > 1:
                assert not verify_inclusion(leaves[index], (index + 1) % size, size, proof, root)
                assert not verify_inclusion(leaves[index], index, size, proof[:-1], root)


def test_all_consistency_proofs_up_to_64_leaves() -> None:
    roots = {size: merkle_root(LEAVES[:size]) for size in range(1, 65)}
    wrong = hashlib.sha256(b"wrong").digest()
    for second in range(1, 65):
        for first in range(1, second + 1):
            proof = consistency_proof(LEAVES[:second], first)
            assert verify_consistency(first, second, roots[first], roots[second], proof)
            assert not verify_consistency(first, second, wrong, roots[second], proof)
            if first < second:
                assert not verify_consistency(first, second, roots[first], wrong, proof)
                assert not verify_consistency(first, second, roots[first], roots[second], proof[:-1])


def test_a_proof_outside_the_log_is_refused() -> None:
    with pytest.raises(JournalError, match="leaf-out-of-range"):
        inclusion_proof(LEAVES[:3], 3)
    with pytest.raises(JournalError, match="leaf-out-of-range"):
        consistency_proof(LEAVES[:3], 0)
    assert not verify_inclusion(LEAVES[0], 3, 3, [], merkle_root(LEAVES[:3]))
    assert not verify_consistency(0, 3, b"", b"", [])


def test_a_frontier_of_another_size_is_refused() -> None:
    with pytest.raises(JournalError, match="frontier-invalid"):
        Frontier.from_text(2, ",".join(leaf.hex() for leaf in LEAVES[:2]))


def make_checkpoint(signer: Ed25519Signer) -> Checkpoint:
    frontier = Frontier().append(LEAVES[0]).append(LEAVES[1])
    return sign_checkpoint(frontier, LEAVES[0].hex(), "2026-01-01T00:00:00+00:00", signer)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tree_size", 3), ("root", "0" * 64), ("frontier", "0" * 64), ("previous_root", "0" * 64),
        ("recorded_at", "2026-01-02T00:00:00+00:00"), ("public_key", "0" * 64), ("signature", "0" * 128),
    ],
)  # fmt: skip
def test_the_signature_covers_every_field(signer: Ed25519Signer, name: str, value: object) -> None:
    made = make_checkpoint(signer)
    assert made.signature_holds()
    fields = {field: getattr(made, field) for field in made.__slots__}
    assert not Checkpoint(**{**fields, name: value}).signature_holds()


def test_a_checkpoint_survives_its_file(signer: Ed25519Signer, tmp_path: Path) -> None:
    made = make_checkpoint(signer)
    assert read_checkpoint(tmp_path) is None
    file = write_checkpoint(tmp_path, made)
    assert read_checkpoint(tmp_path) == made == read_checkpoint(file)
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT_FILE]
    file.write_text('{"tree_size": 1}', encoding="utf-8")
    with pytest.raises(JournalError, match="checkpoint-unreadable"):
        read_checkpoint(tmp_path)


def test_a_key_file_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "registry.pem"
    first = Ed25519Signer.load_or_create(path)
    assert Ed25519Signer.load_or_create(path).public_key == first.public_key
    assert path.stat().st_mode & 0o077 == 0
