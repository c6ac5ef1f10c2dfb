"""Readers of executables, written from the formats' specifications only. They share no code with the build's own checks."""
