"""Packing, and what a convolution in integers comes to when it is read back."""

import numpy as np
import pytest
from numpy.typing import NDArray

from declaim.errors import ModelError
from declaim.vocoder.integer.activation import Quantisation
from declaim.vocoder.integer.convolution import Convolution, Width, pack, unpack

widths = pytest.mark.parametrize("width", [8, 16])


def packed(weights: NDArray[np.integer], width: Width = 8) -> Convolution:
    count = len(weights)
    arrays = pack(weights, np.arange(1, count + 1, dtype=np.float32), np.ones(count, np.float32), width)
    return unpack({f"some.{name}": value for name, value in arrays.items()}, "some", dilation=3)


def plain_weights(convolution: Convolution) -> NDArray[np.integer]:
    """(D, C, taps), from where each is said to lie."""
    blocks, taps, groups, vectors, lanes, group = convolution.weights.shape
    weights = np.empty((convolution.channels, convolution.inputs, taps), convolution.weights.dtype)
    for block, tap, part, vector, lane, place in np.ndindex(blocks, taps, groups, vectors, lanes, group):
        output = (block * vectors + vector) * lanes + lane
        weights[output, part * group + place, tap] = convolution.weights[
            block, tap, part, vector, lane, place
        ]
    return weights


@widths
@pytest.mark.parametrize(("outputs", "inputs", "taps"), [(64, 4, 1), (70, 22, 3), (128, 5, 2)])
def test_weights_lie_where_they_are_said_to(width: Width, outputs: int, inputs: int, taps: int) -> None:
    limits = np.iinfo(np.int8 if width == 8 else np.int16)
    weights = np.random.default_rng(0).integers(
        limits.min, limits.max, (outputs, inputs, taps), endpoint=True
    )
    convolution = packed(weights, width)
    assert convolution.channels % 64 == 0
    assert convolution.inputs * width % 32 == 0
    assert convolution.weights.flags.c_contiguous
    unpacked = plain_weights(convolution)
    np.testing.assert_array_equal(unpacked[:outputs, :inputs], weights)
    assert not unpacked[outputs:].any()
    assert not unpacked[:, inputs:].any()
    np.testing.assert_array_equal(convolution.weight_sums[:inputs, :outputs], weights.sum(axis=2).T)
    for padded, value in ((convolution.weight_scales, outputs), (convolution.bias, 1)):
        assert padded[outputs - 1] == value
        assert not padded[outputs:].any()


def test_one_scale_for_all_outputs() -> None:
    arrays = pack(np.ones((64, 4, 1), np.int8), np.array([0.5], np.float32), np.zeros(64, np.float32), 8)
    assert (arrays["weight_scales"] == 0.5).all()


@pytest.mark.parametrize(("width", "weight"), [(8, 128), (8, -129), (16, 32768), (16, -32769)])
def test_weights_that_do_not_fit_are_refused(width: Width, weight: int) -> None:
    weights = np.zeros((64, 4, 1), np.int64)
    weights[3, 2, 0] = weight
    with pytest.raises(ValueError, match=str(weight)):
        packed(weights, width)


@widths
def test_its_properties(width: Width) -> None:
    convolution = packed(np.ones((64, 8, 5), np.int64), width)
    assert (convolution.signed, convolution.taps, convolution.inputs) == (width == 16, 5, 8)
    assert convolution.groups == (2 if width == 8 else 4)
    assert convolution.halo == 6  # two taps of dilation 3 on either side


def test_the_largest_input_is_the_largest_that_cannot_overflow() -> None:
    assert packed(np.full((64, 4, 1), -128), 8).largest == 255
    assert packed(np.ones((64, 4, 1), np.int64), 16).largest == 32767
    assert packed(np.zeros((64, 4, 1), np.int64), 16).largest == 32767
    weights = np.full((64, 100, 7), -3000)
    largest = packed(weights, 16).largest
    assert largest * 3000 * 700 <= 2**31 - 1 < (largest + 1) * 3000 * 700


@pytest.mark.parametrize(
    ("low", "high"), [(-1.0, 3.0), (0.0, 5.0), (-2.0, 0.0), (-1e-3, 1e4), (-0.2785, 7.1)]
)
@widths
def test_a_quantisation_holds_its_range_and_is_fine(width: Width, low: float, high: float) -> None:
    convolution = packed(np.ones((64, 4, 1), np.int64), width)
    quantisation = Quantisation.of_range(np.array([low]), np.array([high]), convolution)
    ends = np.rint(np.array([low, 0.0, high]) / quantisation.scale) + quantisation.zeros[0]
    least, most = (0, 255) if width == 8 else (-32767, 32767)
    assert (ends >= least).all()
    # Rounding of the zero point may cost half a step at one end, which saturates.
    assert (ends <= most + (width == 8)).all()
    assert ends[1] == quantisation.zeros[0]  # zero stays zero: it is what lies outside a signal
    span = high - low if width == 8 else 2 * max(-low, high)
    assert quantisation.scale == pytest.approx(span / (most - least))


@widths
@pytest.mark.parametrize(("low", "high"), [(0.0, 0.0), (-1e-30, 1e-30)])
def test_a_silent_range_is_no_division_by_zero(width: Width, low: float, high: float) -> None:
    quantisation = Quantisation.of_range(
        np.array([low]), np.array([high]), packed(np.ones((64, 4, 1), np.int64), width)
    )
    assert quantisation.scale > 0
    assert np.isfinite(1 / quantisation.scale)
    assert quantisation.zeros[0] == 0


@pytest.mark.parametrize("field", ["weight_scales", "bias", "weight_sums"])
def test_arrays_that_do_not_belong_together_are_refused(field: str) -> None:
    arrays = pack(np.ones((64, 22, 3), np.int64), np.ones(64, np.float32), np.ones(64, np.float32), 16)
    arrays[field] = arrays[field][:-1]
    with pytest.raises(ModelError, match="belong together"):
        unpack({f"some.{name}": value for name, value in arrays.items()}, "some")
