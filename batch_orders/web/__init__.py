"""The upload page: the door for people with a browser. Requests become calls of the service, and results pages.

The process that listens imports neither pandas nor the key: what needs them is done in children.
"""
