"""An episode at the loudness that others have, and under the ceiling.

Apple asks for -16 LUFS within 1 dB, with peaks below -1 dBTP (Apple, "Podcasts audio requirements"); AES
TD1008 has -18 for speech and -16 for music. Stereo episodes go to -16. One channel that is played on two
loudspeakers is 3 dB louder than it measures, so mono goes to -19, which sounds the same.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from declaim.audio.limiter import Limiter
from declaim.audio.loudness import LoudnessMeter, gain_to
from declaim.audio.writer import LOSSY_CEILING
from declaim.errors import EngineError
from declaim.studio.podcast.mixer import MIX_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from declaim.studio.podcast.mixer import Mix

TARGETS: Final = {1: -19.0, 2: -16.0}
"""LUFS by the number of channels."""


def mastered(mix: Mix) -> Iterator[NDArray[np.float32]]:
    """The mix at its loudness, limited, shape (channels, n) a block. The mix is played twice.

    Raises:
        EngineError: there is silence only, or samples are no numbers.
        StorageError, MusicError: as for :meth:`Mix.blocks`.
    """
    meter = LoudnessMeter(MIX_RATE, channels=mix.channels)
    for block in mix.blocks():
        if not np.isfinite(block).all():
            raise EngineError("what was spoken holds samples that are not finite numbers")
        meter.add(block)
    if meter.integrated is None:
        raise EngineError("there is nothing to hear in the episode", hint="were its sentences spoken?")
    gain = np.float32(gain_to(TARGETS[mix.channels], meter, LOSSY_CEILING, boost=math.inf))
    limiter = Limiter(LOSSY_CEILING, MIX_RATE, true_peak=True, channels=mix.channels)
    for block in mix.blocks():
        yield limiter.process(block * gain)
    yield limiter.flush()
