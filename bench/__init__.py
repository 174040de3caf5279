"""Speed and memory of the main jobs."""
