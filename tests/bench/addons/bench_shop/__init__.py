"""The models on which the kernel is measured."""
