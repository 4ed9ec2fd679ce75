"""The board's pages, one module each: what it reads from the database, and the answer that it makes of it."""
