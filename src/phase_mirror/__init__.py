"""Finds where a repository contradicts itself."""
