"""The upload page: the door for people with a browser. Turns requests into calls of the service, and results into pages.

The process that listens imports neither pandas nor the key: what needs them is done in children.
"""
