"""Commands of the registrar and of IT."""
