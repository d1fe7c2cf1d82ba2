"""MNIST's files: folders that are named, bytes that are not what a name says, mirrors that lie, tear and stall."""

import gzip
import hashlib
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pooch
import pytest
import torch

from advlib import data, mnist


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
        for header in self.server.headers.items():
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(content[start : start + self.server.torn_after])

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def mirror():
    """Start mirrors on free ports."""
    servers = []

    def start(content, *, ranges=True, torn_after=2**40, headers=()):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
        server.headers = dict(headers)
        server.content, server.ranges, server.torn_after, server.asked = content, ranges, torn_after, []
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
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
    monkeypatch.setattr(pooch, "os_cache", lambda project: folder)
    monkeypatch.setattr(mnist, "SHA256", {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()})
    monkeypatch.delenv("ADVLIB_DATA", raising=False)
    data._is_at_hand.cache_clear()
    yield folder
    data._is_at_hand.cache_clear()


def use(monkeypatch, *servers):
    monkeypatch.setattr(mnist, "MIRRORS", tuple(f"http://127.0.0.1:{server.server_port}/" for server in servers))


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


PACKED = gzip.compress


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("pack", [bytes, PACKED, lambda content: PACKED(PACKED(content, 1))])
def test_the_bytes_say_whether_a_file_is_packed(suffix, pack, cache, tmp_path):
    for name, content in FILES.items():
        (tmp_path / f"{name}{suffix}").write_bytes(pack(content))
    assert_ours(data.mnist01("test", normalize=False, path=tmp_path))
    assert not cache.exists()


SHADOWS = {"empty": b"", "other": b"something else", "page": b"<html>", "torn": PACKED(b"torn")[:-4]}


@pytest.mark.parametrize("shadow", SHADOWS.values(), ids=SHADOWS)
@pytest.mark.parametrize("kept", ["given", "cached"])
def test_a_wrong_file_does_not_shadow_a_good_one(shadow, kept, cache, tmp_path, monkeypatch):
    monkeypatch.setattr(mnist, "MIRRORS", ())
    folder = cache if kept == "cached" else tmp_path
    folder.mkdir(exist_ok=True)
    for name, content in GOOD.items():
        (folder / name).write_bytes(content)
        (folder / name.removesuffix(".gz")).write_bytes(shadow)
    assert_ours(data.mnist01("test", normalize=False, path=None if kept == "cached" else folder))
    assert (folder / "t10k-images-idx3-ubyte").read_bytes() == shadow


def test_every_wrong_file_of_a_given_folder_is_named(cache, tmp_path):
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(b"")
    (tmp_path / "t10k-images-idx3-ubyte.gz").write_bytes(b"\x1f\x8bno more")
    with pytest.raises(ValueError, match=r"ubyte is empty; .*ubyte\.gz is torn"):
        data.mnist01("test", path=tmp_path)


RAW = {f"{name}.gz": content for name, content in FILES.items()}
TWICE = {name: PACKED(content) for name, content in GOOD.items()}
ENCODED = {"Content-Encoding": "gzip"}


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize(("content", "headers"), [(GOOD, ENCODED), (TWICE, ENCODED), (RAW, {})])
def test_a_mirror_may_unpack_or_pack_on_the_way(content, headers, ranges, mirror, cache, monkeypatch):
    server = mirror(content, headers=headers, ranges=ranges)
    use(monkeypatch, server)
    for _ in range(2):
        assert_ours(data.mnist01("test", normalize=False, progress=False))
    assert len(server.asked) == 2


def test_an_encoded_download_goes_on_where_it_stopped(mirror, cache, monkeypatch):
    server = mirror(GOOD, headers=ENCODED, torn_after=5000)
    use(monkeypatch, server)
    with pytest.raises(data.MissingData):
        data.mnist01("test", progress=False)
    server.torn_after = 2**40
    assert_ours(data.mnist01("test", normalize=False, progress=False))
    assert server.asked[1][1] == "bytes=5000-"


@pytest.fixture
def folder(tmp_path):
    """A folder that holds our files."""
    place = tmp_path / "home" / "digits"
    place.mkdir(parents=True)
    for name, content in GOOD.items():
        (place / name).write_bytes(content)
    return place


WRITTEN = ["{place}", "{place}/", "~/digits", "digits", "./digits/../digits"]


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("how", ["path", "ADVLIB_DATA"])
def test_a_folder_may_be_named_as_in_a_shell(written, how, cache, folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.chdir(folder.parent)
    named = written.format(place=folder)
    if how == "ADVLIB_DATA":
        monkeypatch.setenv("ADVLIB_DATA", named)
        assert data.has_mnist()
    assert_ours(data.mnist01("test", normalize=False, path=named if how == "path" else None))
    assert not cache.exists()


def test_an_empty_variable_names_nothing(mirror, cache, monkeypatch):
    use(monkeypatch, mirror(GOOD))
    monkeypatch.setenv("ADVLIB_DATA", "")
    assert_ours(data.mnist01("test", normalize=False, progress=False))
    assert data.has_mnist()


@pytest.mark.parametrize("named", ["nowhere", "~/nowhere", "~nobody-of-this-name/digits", "a file"])
def test_a_folder_that_is_not_there_stops_everything(named, mirror, cache, tmp_path, monkeypatch):
    server = mirror(GOOD)
    use(monkeypatch, server)
    monkeypatch.chdir(tmp_path)
    Path("a file").write_bytes(b"")
    absolute = Path(named).name
    with pytest.raises(FileNotFoundError, match=f"path must name a folder, got '{named}', and .* /.*/{absolute}$"):
        data.mnist01("test", path=named)
    monkeypatch.setenv("ADVLIB_DATA", named)
    for call in (data.has_mnist, data.best01, lambda: data.mnist01("test")):
        with pytest.raises(FileNotFoundError, match=f"ADVLIB_DATA must name a folder, got '{named}', .*/{absolute}$"):
            call()
    assert server.asked == []


@pytest.mark.parametrize("spoilt", [None, b"something else"])
def test_a_named_folder_without_mnist_is_no_reason_for_another_source(spoilt, cache, folder, monkeypatch):
    monkeypatch.setenv("ADVLIB_DATA", str(folder))
    assert data.best01().name == "mnist"
    data._is_at_hand.cache_clear()
    labels = folder / "t10k-labels-idx1-ubyte.gz"
    labels.unlink() if spoilt is None else labels.write_bytes(spoilt)
    with pytest.raises(FileNotFoundError if spoilt is None else ValueError, match="t10k-labels"):
        data.best01()


def test_the_variable_is_read_whenever_mnist_is_asked_for(cache, folder, monkeypatch):
    monkeypatch.setattr(mnist, "MIRRORS", ())
    assert not data.has_mnist()
    monkeypatch.setenv("ADVLIB_DATA", str(folder))
    assert data.has_mnist()


def test_a_named_folder_needs_no_package_for_downloads(cache, folder, monkeypatch):
    for name in ("pooch", "requests"):
        monkeypatch.setitem(sys.modules, name, None)
    assert not data.has_mnist()
    assert_ours(data.mnist01("test", normalize=False, path=folder))


@pytest.mark.parametrize(("path", "error"), [(5, TypeError), (b"digits", TypeError), ("", ValueError)])
def test_what_is_no_path_is_refused_by_name(path, error):
    with pytest.raises(error, match=f"path must be the path of a folder, got {path!r}"):
        data.mnist01("test", path=path)


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
    with pytest.raises(FileNotFoundError, match=r"t10k-images-idx3-ubyte \(or .*Three ways out"):
        data.mnist01("test", path=tmp_path)
    spoilt = tmp_path / "t10k-images-idx3-ubyte"
    spoilt.write_bytes(b"nothing")
    with pytest.raises(ValueError, match="is not MNIST's t10k-images-idx3-ubyte"):
        data.mnist01("test", path=tmp_path)
    assert spoilt.read_bytes() == b"nothing"
    assert server.asked == []


def test_without_network_the_message_says_what_to_do(cache, monkeypatch):
    monkeypatch.setattr(mnist, "MIRRORS", ("http://127.0.0.1:9/",))
    with pytest.raises(data.MissingData, match="(?s)could not be downloaded.*ADVLIB_DATA.*digits01"):
        data.mnist01("test", progress=False)
    assert not data.has_mnist()


def test_a_cache_that_cannot_be_written_is_no_half_way_house(mirror, cache, monkeypatch):
    cache.parent.mkdir(exist_ok=True)
    cache.write_text("a file where the folder should be")
    use(monkeypatch, mirror(GOOD))
    with pytest.raises(data.MissingData, match="Three ways out"):
        data.mnist01("test", progress=False)
    assert cache.read_text() == "a file where the folder should be"
