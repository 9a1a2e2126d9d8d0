"""The recogniser of names: from CoNLL-2003 as corrected by CrossWeigh to a token classifier."""
