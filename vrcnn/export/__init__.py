"""Pictures and data written to disk, whole or not at all."""
