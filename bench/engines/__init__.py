"""Speech engines behind one protocol, so that every bench treats them alike."""

from bench.engines.engine import SAMPLE_RATE, Engine, EngineSpec, Samples, create

__all__ = ["SAMPLE_RATE", "Engine", "EngineSpec", "Samples", "create"]
