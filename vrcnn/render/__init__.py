"""Draws a World with moderngl for one or two eyes. Never sees torch."""
