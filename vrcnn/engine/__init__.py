"""What runs on the worker thread: inference into float16 feature maps and their statistics."""
