"""Laws of the numbers that Python and a page share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from advlib.pages.live.philox import normals, philox, signs, uniforms, words

VECTORS = {
    (0,) * 6: (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8),
    (0xFFFFFFFF,) * 6: (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0): (
        0xD16CFE09,
        0x94FDCCEB,
        0x5001E420,
        0x24126EA1,
    ),
}
"""Published with Random123: four counter words and two key words, and the four words they make."""

LAWS = {"normals": normals, "uniforms": uniforms, "signs": signs, "words": words}
size = st.integers(1, 12)
key = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(("given", "made"), VECTORS.items())
def test_words_are_the_published_ones(given, made):
    *counter, k0, k1 = given
    assert tuple(map(int, philox(*np.array(counter, dtype=np.uint64), (k0, k1)))) == made


@pytest.mark.slow
@given(seed=key, stream=key, draw=size, row=size, column=size)
def test_a_word_is_found_at_its_address(seed, stream, draw, row, column):
    counter = np.array([column // 4, row, draw, stream], dtype=np.uint64)
    assert words(seed, stream, draw + 1, row + 1, column + 1)[-1, -1, -1] == philox(*counter, (seed, 0))[column % 4]


@given(law=st.sampled_from(list(LAWS.values())), draws=size, rows=size, columns=size, more=st.tuples(size, size, size))
def test_numbers_stay_when_the_matrix_grows(law, draws, rows, columns, more):
    grown = law(3, 1, draws + more[0], rows + more[1], columns + more[2])
    assert np.array_equal(grown[:draws, :rows, :columns], law(3, 1, draws, rows, columns))


@pytest.mark.parametrize("change", [{"seed": 1}, {"stream": 1}])
def test_seeds_and_streams_are_independent(change):
    law = {"seed": 0, "stream": 0, "draws": 10, "rows": 10, "columns": 1000}
    one, other = normals(**law).ravel(), normals(**law | change).ravel()
    assert abs(np.corrcoef(one, other)[0, 1]) < 4 / len(one) ** 0.5


def test_laws_are_the_named_ones():
    shape = (0, 0, 100, 10, 101)
    assert kstest(uniforms(*shape).ravel(), "uniform").pvalue > 1e-3
    assert kstest(normals(*shape).ravel(), "norm").pvalue > 1e-3
    assert set(signs(*shape).ravel()) == {-1.0, 1.0}
    assert abs(signs(*shape).mean()) < 4 / 101_000**0.5


def test_neighbours_do_not_go_together():
    drawn = normals(5, 0, 1, 1, 100_000).ravel()
    for lag in range(1, 5):
        for power in (1, 2):
            assert abs(np.corrcoef(drawn[lag:] ** power, drawn[:-lag] ** power)[0, 1]) < 4 / 100_000**0.5


@pytest.mark.parametrize("name", ["seed", "stream", "draws", "rows", "columns"])
@pytest.mark.parametrize(("bad", "error"), [(-1, ValueError), (0.5, (TypeError, ValueError)), (2**32, ValueError)])
def test_bad_arguments_are_named(name, bad, error):
    if bad == 2**32 and name in ("draws", "rows", "columns"):
        bad = 0
    with pytest.raises(error, match=f"^{name} must"):
        words(**{"seed": 0, "stream": 0, "draws": 1, "rows": 1, "columns": 1} | {name: bad})
