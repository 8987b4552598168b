"""What people and scripts see. Shows, decides nothing."""
