"""Could a person activate what was moved? One activation simulated step by step against a snapshot."""
