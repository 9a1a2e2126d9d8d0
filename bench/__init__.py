"""Measurements: what was compared, on what, and the ratio within one run."""
