"""The glob languages of the vendors, each read as its vendor reads it, and exact questions about them."""
