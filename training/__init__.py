"""How the weights that are shipped were made; each folder is one model and one command."""
