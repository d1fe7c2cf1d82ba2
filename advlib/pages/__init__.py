"""What only the book needs: explorers, figures, claims."""
