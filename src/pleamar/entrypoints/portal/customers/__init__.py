"""Customers: opened, limited, activated, suspended, closed."""
