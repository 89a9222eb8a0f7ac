"""The headset: OpenXR session, swapchains, actions and haptics."""
