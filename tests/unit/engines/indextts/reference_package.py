"""What the package ``index-tts-2-5-onnx`` 0.1.0 makes of the tiny model, recorded once and kept.

    python tests/unit/engines/indextts/reference_package.py

writes ``reference.npz`` anew. It needs that package with `kaldi-native-fbank`, `transformers`, `librosa` and
`soundfile`, none of which the tests need otherwise.
"""

import io
import sys
import tempfile
import wave
from pathlib import Path
from typing import Any

import numpy as np
import tiny_indextts
from numpy.typing import NDArray

RECORDED = Path(__file__).with_name("reference.npz")

TEXTS = {
    "你好,hello world.": "zh",
    "今天天气<行|hang2>,真不错": "zh",
    "it's 3 o'clock, isn't it?": "en",
    "a-b…  c": "en",
}
"""Texts with nothing to normalise, and their languages."""

SAMPLINGS: dict[str, dict[str, Any]] = {
    "usual": {"top_k": 30, "top_p": 0.8, "temperature": 0.8, "repetition_penalty": 10.0},
    "hot": {"top_k": 0, "top_p": 1.0, "temperature": 1.5, "repetition_penalty": 1.0},
    "nucleus": {"top_k": 0, "top_p": 0.6, "temperature": 1.0, "repetition_penalty": 2.0},
    "few": {"top_k": 3, "top_p": 1.0, "temperature": 1.0, "repetition_penalty": 10.0},
    "greedy": {"greedy": True},
}
SEEDS = range(4)
PROMPT_STEP = 16
"""Of the 512 channels of what is said in the recording, one of so many is kept."""

SPOKEN = "你好,hello world."
SPEECH_SEED, DURATION, STEPS, GUIDANCE = 11, 1.3, 5, 0.7


def recording(seconds: float = 1.6, rate: int = 22_050, channels: int = 1) -> bytes:
    """A WAV file: a voice-like buzz that rises, and a little noise."""
    times = np.arange(round(seconds * rate)) / rate
    buzz = sum(np.sin(2 * np.pi * n * (120 + 30 * times) * times) / n for n in range(1, 20))
    noise = np.random.default_rng(0).standard_normal(len(times))
    samples = 0.15 * buzz * (1 + np.sin(6 * np.pi * times)) + 0.01 * noise
    pcm = np.round(np.clip(samples, -1, 1) * 32767).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((channels, 2, rate, 0, "NONE", ""))
        writer.writeframes(np.repeat(pcm[:, None], channels, axis=1).tobytes())
    return file.getvalue()


def record(folder: Path, reference: Path) -> dict[str, NDArray[Any]]:
    """Run the package on a tiny model and a recording."""
    from index_tts_2_5_onnx.core import dsp, gpt_sampler
    from index_tts_2_5_onnx.engine import load_pipeline

    pipeline = load_pipeline(str(folder), threads=1, device="cpu", use_normalization=False)
    _, at_16k = dsp.load_ref_audio(str(reference))
    features, mask = pipeline.features(at_16k)
    voice = pipeline.build_speaker(str(reference))
    found = {
        "at_16k": at_16k, "features": features, "mask": mask, "fbank": dsp.campplus_fbank(at_16k),
        "style": voice.style, "emotion": voice.emovec, "mel": voice.ref_mel,
        "prompt": voice.prompt_condition[:, :, ::PROMPT_STEP], "condition": voice.conds[:, 0],
    }  # fmt: skip
    for number, (text, language) in enumerate(TEXTS.items()):
        (tokens,) = pipeline.frontend.prepare(text, language)
        found[f"tokens.{number}"] = np.array(tokens)
    for name, sampling in SAMPLINGS.items():
        for seed in SEEDS:
            found[f"codes.{name}.{seed}"] = gpt_sampler.generate_codes(
                pipeline.engines.gpt, found["tokens.0"][None], voice.conds, 1, seed=seed, **sampling
            )
    return found | _speech(pipeline, voice)


def _speech(pipeline: Any, voice: Any) -> dict[str, NDArray[Any]]:
    """Its speech, and the mel that the vocoder was given."""
    mels: list[NDArray[np.float32]] = []
    vocode = pipeline.engines.bigvgan.run
    pipeline.engines.bigvgan.run = lambda mel: mels.append(mel) or vocode(mel)
    samples = pipeline.synthesize(
        SPOKEN, "zh", spk=voice, seed=SPEECH_SEED, duration_factor=DURATION, n_timesteps=STEPS,
        cfg_rate=GUIDANCE,
    )  # fmt: skip
    return {"spoken_mel": mels[0], "spoken": samples}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        reference = Path(folder) / "reference.wav"
        reference.write_bytes(recording())
        found = record(tiny_indextts.write_folder(Path(folder) / "model"), reference)
    np.savez_compressed(RECORDED, **found)
    sys.stdout.write(f"{RECORDED}: {len(found)} arrays, {RECORDED.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
