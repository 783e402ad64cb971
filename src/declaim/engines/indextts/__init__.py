"""IndexTTS-2.5 in ONNX Runtime, from a folder of weights that the user has."""
