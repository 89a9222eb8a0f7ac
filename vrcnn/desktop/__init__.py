"""The window: glfw, mouse and keyboard, and the mirror of the headset."""
