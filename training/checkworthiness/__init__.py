"""Check-worthiness: from CT24's debates to the encoder's reading of a sentence."""
