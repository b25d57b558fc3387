"""Who signs in, and how: passwords, second factors, invitations, sessions."""
