"""Redaction: what must not leave the process is found and masked here."""
