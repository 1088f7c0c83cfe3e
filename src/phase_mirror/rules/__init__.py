"""The rules: one file each, an explicit registry, and the protocol they follow."""
