"""The parts of patui that live in other programs' files: what each puts there, and how it is taken out again."""
