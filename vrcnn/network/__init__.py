"""From a user's model file to a Graph: loading, tracing and pictures. Torch, no graphics."""
