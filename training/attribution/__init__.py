"""Attribution by a trained model: from PolNeAR to the shipped files."""
