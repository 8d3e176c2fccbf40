"""What is kept: schools, their policies, turns, counts, and which events were handled; in SQLite or PostgreSQL."""
