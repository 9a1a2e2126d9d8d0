"""Training of the two forests that judge the pieces of a page."""
