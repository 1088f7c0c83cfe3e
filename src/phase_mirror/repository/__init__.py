"""Facts: what a repository declares and does, with positions. Facts never judge."""
