"""Tables: the header among the rows, and the cells below it as text."""
