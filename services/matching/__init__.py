"""The same claim, said again: what two sentences agree in, and which of many belong together. Pure."""
