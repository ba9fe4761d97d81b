"""How a request is written, sent, repeated and answered."""
