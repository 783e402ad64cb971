"""Books made for measuring: kills, speed."""
