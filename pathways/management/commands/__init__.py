"""Commands that answer an exchange document (the rules' JSON) without a database."""
