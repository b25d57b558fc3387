"""Everything that Pleamar promises, tried."""
