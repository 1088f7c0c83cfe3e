"""Positioned readers for YAML, JSON, TOML and Markdown."""
