"""Facts of GitHub workflows: what they say, what starts them, which checks they report."""
