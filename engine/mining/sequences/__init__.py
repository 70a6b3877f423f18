"""Routines: sequences of commands that repeat, with what differs in them as parameters.

`history` turns executions into rows of symbols, `chance` finds pairs that are no accident, `growing` makes routines of
them, `matching` finds all their occurrences, `parameters` links the values that come back, `closed` mines closed
patterns exactly. All pure: the same executions give the same routines.
"""

from engine.mining.sequences.closed import closed_patterns
from engine.mining.sequences.mine import mine, routines_ending
from engine.mining.sequences.names import name_of

__all__ = ["closed_patterns", "mine", "name_of", "routines_ending"]
