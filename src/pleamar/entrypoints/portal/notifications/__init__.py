"""Who is told what: recipients of mails about billing, alerts on use."""
