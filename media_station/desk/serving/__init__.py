"""The desk's ends of its doors. One table leads from a request to its use case; each refusal becomes a record."""
