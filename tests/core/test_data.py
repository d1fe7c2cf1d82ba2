"""The digits: counts and sums of the real ones where they are at hand, and mirrors that lie, tear and stall."""

import gzip
import hashlib
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import torch

from advlib import data

SHARED = Path(__file__).parents[2] / "shared" / "mnist"
MNIST = os.environ.get("ADVLIB_DATA") or (str(SHARED) if SHARED.is_dir() else None)
real = pytest.mark.skipif(MNIST is None, reason="MNIST is not at hand: set ADVLIB_DATA")


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


@pytest.mark.parametrize("size", [3, 8])
def test_the_bundled_digits_are_split_without_overlap(size):
    (x, labels), (x_test, labels_test) = (data.digits01(split, size=size) for split in ("train", "test"))
    assert (len(x), len(x_test)) == (270, 90)
    assert x.shape[1] == x_test.shape[1] == size**2
    assert labels.unique().tolist() == labels_test.unique().tolist() == [-1, 1]
    assert torch.allclose(x.norm(dim=-1), torch.ones(270))


@pytest.mark.parametrize(("load", "largest"), [(data.mnist01, 28), (data.digits01, 8)])
def test_bad_arguments_are_refused_by_name(load, largest):
    with pytest.raises(ValueError, match="split must be one of 'train', 'test', got 'valid'"):
        load("valid")
    with pytest.raises(ValueError, match=f"size must lie between 1 and {largest}, got {largest + 1}"):
        load("test", size=largest + 1)
    with pytest.raises(ValueError, match="size must be a positive integer, got 0"):
        load("test", size=0)


def idx(images, labels):
    """Two files in MNIST's format."""
    pixels = b"\0\0\x08\x03" + np.array(images.shape, ">i4").tobytes() + images.tobytes()
    return pixels, b"\0\0\x08\x01" + np.array(len(labels), ">i4").tobytes() + labels.astype(np.uint8).tobytes()


GENERATOR = np.random.default_rng(0)
IMAGES, DIGITS = GENERATOR.integers(0, 255, (30, 28, 28), dtype=np.uint8), np.arange(30) % 10
FILES = dict(zip(["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"], idx(IMAGES, DIGITS), strict=True))


class Mirror(BaseHTTPRequestHandler):
    """A mirror: what it serves, and how, is its server's."""

    def do_GET(self):
        content = self.server.content.get(self.path.strip("/"))
        self.server.asked.append((self.path, self.headers.get("Range")))
        if content is None:
            return self.send_error(404)
        start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-")) if self.server.ranges else 0
        self.send_response(206 if self.server.ranges else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start : start + self.server.torn_after])

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def mirror():
    """Start mirrors on free ports."""
    servers = []

    def start(content, *, ranges=True, torn_after=2**40):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
        server.content, server.ranges, server.torn_after, server.asked = content, ranges, torn_after, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache, and hashes of our own files in place of MNIST's."""
    folder = tmp_path / "cache"
    monkeypatch.setattr(data.pooch, "os_cache", lambda project: folder)
    monkeypatch.setattr(data, "SHA256", {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()})
    monkeypatch.delenv("ADVLIB_DATA", raising=False)
    return folder


def use(monkeypatch, *servers):
    monkeypatch.setattr(data, "MIRRORS", tuple(f"http://127.0.0.1:{server.server_port}/" for server in servers))


GOOD = {f"{name}.gz": gzip.compress(content) for name, content in FILES.items()}


def assert_ours(loaded):
    x, labels = loaded
    chosen = DIGITS < 2
    assert labels.tolist() == (2.0 * DIGITS[chosen] - 1).tolist()
    assert torch.equal(x, torch.from_numpy(IMAGES[chosen]).flatten(1) / 255)


def test_a_download_is_kept_and_not_repeated(mirror, cache, monkeypatch):
    server = mirror(GOOD)
    use(monkeypatch, server)
    assert_ours(data.mnist01("test", normalize=False, progress=False))
    assert_ours(data.mnist01("test", normalize=False, progress=False))
    assert len(server.asked) == 2
    assert {file.name for file in cache.iterdir()} == set(GOOD)


def test_any_compression_will_do_and_files_may_be_unpacked(cache, tmp_path):
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    assert_ours(data.mnist01("test", normalize=False, path=tmp_path))
    assert not cache.exists()


def test_the_environment_names_a_folder(cache, tmp_path, monkeypatch):
    for name, content in FILES.items():
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content, 1))
    monkeypatch.setenv("ADVLIB_DATA", str(tmp_path))
    assert_ours(data.mnist01("test", normalize=False))


PORTAL = dict.fromkeys(GOOD, b"<!DOCTYPE html><title>Log in</title>")
OTHER = dict.fromkeys(GOOD, gzip.compress(b"something else"))
TORN = {name: content[:-20] for name, content in GOOD.items()}
LIES = [(PORTAL, "is a web page"), (OTHER, "SHA-256"), (TORN, "is torn"), ({}, "404")]


@pytest.mark.parametrize(("content", "message"), LIES)
def test_the_next_mirror_is_asked_where_one_lies(content, message, mirror, cache, monkeypatch):
    use(monkeypatch, mirror(content), mirror(GOOD))
    assert_ours(data.mnist01("test", normalize=False, progress=False))


@pytest.mark.parametrize(("content", "message"), LIES)
def test_nothing_wrong_is_ever_used(content, message, mirror, cache, monkeypatch):
    use(monkeypatch, mirror(content))
    for _ in range(2):
        with pytest.raises(data.MissingData, match=f"(?s){message}.*Three ways out"):
            data.mnist01("test", progress=False)
    left = {file.name for file in cache.iterdir()}
    assert left == ({"t10k-images-idx3-ubyte.gz.wrong"} if content else set())


def test_an_interrupted_download_goes_on_where_it_stopped(mirror, cache, monkeypatch):
    half = len(GOOD["t10k-images-idx3-ubyte.gz"]) // 2
    server = mirror(GOOD, torn_after=half)
    use(monkeypatch, server)
    with pytest.raises(data.MissingData):
        data.mnist01("test", progress=False)
    assert not (cache / "t10k-images-idx3-ubyte.gz").exists()
    server.torn_after = 2**40
    assert_ours(data.mnist01("test", normalize=False, progress=False))
    assert 0 < int(server.asked[1][1].strip("bytes=-")) <= half


def test_a_mirror_that_cannot_resume_begins_again(mirror, cache, monkeypatch):
    server = mirror(GOOD, ranges=False, torn_after=100)
    use(monkeypatch, server)
    with pytest.raises(data.MissingData):
        data.mnist01("test", progress=False)
    server.torn_after = 2**40
    assert_ours(data.mnist01("test", normalize=False, progress=False))


def test_a_spoilt_cache_is_put_aside_and_filled_again(mirror, cache, monkeypatch):
    cache.mkdir()
    spoilt = cache / "t10k-images-idx3-ubyte.gz"
    spoilt.write_bytes(b"<html>")
    use(monkeypatch, mirror(GOOD))
    assert_ours(data.mnist01("test", normalize=False, progress=False))
    assert spoilt.with_name(f"{spoilt.name}.wrong").read_bytes() == b"<html>"


def test_a_given_folder_is_neither_changed_nor_passed_over(mirror, cache, tmp_path, monkeypatch):
    server = mirror(GOOD)
    use(monkeypatch, server)
    with pytest.raises(data.MissingData, match=r"t10k-images-idx3-ubyte \(or .*Three ways out"):
        data.mnist01("test", path=tmp_path)
    spoilt = tmp_path / "t10k-images-idx3-ubyte"
    spoilt.write_bytes(b"nothing")
    with pytest.raises(ValueError, match="is not MNIST's t10k-images-idx3-ubyte"):
        data.mnist01("test", path=tmp_path)
    assert spoilt.read_bytes() == b"nothing"
    assert server.asked == []


def test_without_network_the_message_says_what_to_do(cache, monkeypatch):
    monkeypatch.setattr(data, "MIRRORS", ("http://127.0.0.1:9/",))
    with pytest.raises(data.MissingData, match="(?s)could not be downloaded.*ADVLIB_DATA.*digits01"):
        data.mnist01("test", progress=False)
    data.has_mnist.cache_clear()
    assert not data.has_mnist()
    data.has_mnist.cache_clear()


def test_a_cache_that_cannot_be_written_is_no_half_way_house(mirror, cache, monkeypatch):
    cache.parent.mkdir(exist_ok=True)
    cache.write_text("a file where the folder should be")
    use(monkeypatch, mirror(GOOD))
    with pytest.raises(data.MissingData, match="Three ways out"):
        data.mnist01("test", progress=False)
    assert cache.read_text() == "a file where the folder should be"
