"""Training of the forest that judges the pieces of a page."""
