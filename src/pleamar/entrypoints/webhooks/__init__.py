"""What other machines send: webhooks, and the question whether we are well."""
