"""Panels made with imgui, drawn with moderngl."""
