"""The core: nouns, decisions and money. Pure, and free of pandas: a web process can import it cheaply."""
