"""Get bytes from publishers, politely and safely, and file them in the raw archive. Knows no HTML and no tables."""
