"""The composition root: the only room that builds adapters and reads the environment."""
