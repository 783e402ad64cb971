"""Emphasis: are the chosen words those that a reader would stress?"""
