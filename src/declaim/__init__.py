"""Declaim reads text aloud: Chinese, English and both in one sentence."""
