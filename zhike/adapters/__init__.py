"""Bank folders, source readers and rule files: where input and output happen."""
