"""The audio formats that speech can be written in, and how one is chosen by name or by file suffix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from declaim.errors import OptionError


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """A container with the codec inside it; always one channel."""

    name: str
    container: str
    """FFmpeg's name of the muxer."""
    codec: str
    """FFmpeg's name of the encoder."""
    suffix: str
    """With its dot."""
    mime_type: str
    sample_rates: tuple[int, ...] = ()
    """Rates in Hz that the codec takes, ascending; empty means any."""
    bit_rate: int | None = None
    """Bits per second when none are asked for; None for lossless formats, which have no such choice."""
    bit_rates: tuple[int, int] = (0, 0)
    """Lowest and highest bit rate that may be asked for."""
    encoder_gain: float = 1.0
    """What the encoder multiplies the samples by, and has to be made up for."""

    @property
    def is_lossy(self) -> bool:
        """Whether decoding gives back other samples than were put in."""
        return self.bit_rate is not None

    def rate_for(self, sample_rate: int) -> int:
        """The lowest rate in Hz that the codec takes and that keeps all of ``sample_rate``, else its highest.

        Raises:
            OptionError: ``sample_rate`` is not positive.
        """
        if sample_rate < 1:
            raise OptionError(f"sample rate {sample_rate} is not positive")
        if not self.sample_rates:
            return sample_rate
        return next((rate for rate in self.sample_rates if rate >= sample_rate), self.sample_rates[-1])

    def bit_rate_for(self, asked: int | None) -> int | None:
        """The bit rate in bits per second to encode with.

        Raises:
            OptionError: ``asked`` is outside the format's range, or the format is lossless.
        """
        if asked is None:
            return self.bit_rate
        low, high = self.bit_rates
        if not self.is_lossy:
            raise OptionError(f"{self.name} is lossless and has no bit rate", hint="Leave the bit rate out.")
        if not low <= asked <= high:
            raise OptionError(f"bit rate {asked} is not between {low} and {high} for {self.name}")
        return asked


# Layer III of MPEG-1, MPEG-2 and MPEG-2.5 (ISO/IEC 11172-3 and 13818-3, and the usual extension).
_MP3_RATES: Final = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
# RFC 6716, section 2: narrowband to fullband.
_OPUS_RATES: Final = (8000, 12000, 16000, 24000, 48000)
# ISO/IEC 14496-3, table of samplingFrequencyIndex.
_AAC_RATES: Final = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000)

# MPEG-2 Layer III, which 24 kHz falls under, ends at 160 kbit/s; one Opus or AAC channel gains nothing above.
_ALL: Final = (
    AudioFormat("wav", "wav", "pcm_s16le", ".wav", "audio/wav"),
    AudioFormat("flac", "flac", "flac", ".flac", "audio/flac"),
    # LAME scales its input by 0.95 and FFmpeg has no option against it (measured: 0.9500 at 64-160 kbit/s).
    AudioFormat("mp3", "mp3", "libmp3lame", ".mp3", "audio/mpeg", _MP3_RATES, 96_000, (8_000, 160_000), 0.95),
    AudioFormat("opus", "ogg", "libopus", ".opus", "audio/ogg", _OPUS_RATES, 64_000, (6_000, 256_000)),
    AudioFormat("aac", "adts", "aac", ".aac", "audio/aac", _AAC_RATES, 96_000, (16_000, 144_000)),
    AudioFormat("m4a", "ipod", "aac", ".m4a", "audio/mp4", _AAC_RATES, 96_000, (16_000, 144_000)),
    AudioFormat("pcm", "s16le", "pcm_s16le", ".pcm", "audio/pcm"),
)

FORMATS: Final[Mapping[str, AudioFormat]] = MappingProxyType({one.name: one for one in _ALL})
"""Every format by its name. ``pcm`` is raw signed 16-bit little-endian samples without a header."""

_SUFFIXES: Final[Mapping[str, AudioFormat]] = MappingProxyType(
    {one.suffix: one for one in _ALL}
    | {".wave": FORMATS["wav"], ".ogg": FORMATS["opus"], ".mp4": FORMATS["m4a"]}
)


def format_of(path: Path | str, name: str | None = None) -> AudioFormat:
    """The format called ``name`` or, when there is none, the one that ``path``'s suffix stands for.

    Raises:
        OptionError: no such format; the message lists those there are.
    """
    known = ", ".join(FORMATS)
    if name is not None:
        chosen = FORMATS.get(name.lower())
        if chosen is None:
            raise OptionError(f"unknown audio format {name!r}", hint=f"Choose one of: {known}.")
        return chosen
    suffix = Path(path).suffix.lower()
    if suffix not in _SUFFIXES:
        what = f"suffix {suffix!r}" if suffix else "missing suffix"
        raise OptionError(
            f"the {what} of {str(path)!r} says no audio format",
            hint=f"End the name in one of {', '.join(_SUFFIXES)}, or name a format: {known}.",
        )
    return _SUFFIXES[suffix]
