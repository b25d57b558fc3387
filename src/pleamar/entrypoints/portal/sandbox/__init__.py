"""What there is in a sandbox alone: its clock, and the mails that go nowhere."""
