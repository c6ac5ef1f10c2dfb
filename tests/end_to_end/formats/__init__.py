"""Readers of executables, written from the formats' specifications alone: they share nothing with the build's own checks."""
