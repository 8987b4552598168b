"""Reads one tenant into one snapshot, and says of each collection how much of it was seen."""
