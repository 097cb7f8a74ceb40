"""What counts as blank at the ends of a cell."""

EDGES = (
    " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u00ad\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
"""What is trimmed: every kind of space, and what nobody can see."""
