"""Notes, passages and moments: from a folder of Markdown to an index that can be asked."""
