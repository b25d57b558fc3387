"""Files of rows: how they are opened and read, and what makes one be refused whole."""
