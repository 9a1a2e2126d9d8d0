"""One encoder for several tasks: the model, its heads, and a loop that trains the tasks together."""
