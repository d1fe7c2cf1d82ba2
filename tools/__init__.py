"""What the Makefile runs: the book, its notebooks, a server, the lock, measures of the text."""
