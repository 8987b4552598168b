"""Is privilege governed, and could people really activate? Checks and readiness over a snapshot."""
