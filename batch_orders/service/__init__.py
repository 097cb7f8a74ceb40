"""The service: the use cases that every door calls. Free of click, consoles and HTTP servers."""
