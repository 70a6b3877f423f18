"""Changing a pattern in one respect, everywhere at once: a variable's name, its default, a slot to text and back.

Pure functions from a Pattern to a Pattern, or to a Refusal that says why not. Laws: renaming changes no rendering,
and back again is the identity; an example renders as before when its value is the one that became text, or when text
became a variable.
"""

from engine.refine.apply import in_words, lost_examples, refined, unavailable
from engine.refine.words import Reach, Word, reach_of, words_of_template

__all__ = ["Reach", "Word", "in_words", "lost_examples", "reach_of", "refined", "unavailable", "words_of_template"]
