"""A whole billing run, with everything that can be killed killed on its way."""
