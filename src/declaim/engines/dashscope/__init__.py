"""Sambert and CosyVoice in Alibaba's cloud, over DashScope's WebSocket."""
