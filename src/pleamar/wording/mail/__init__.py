"""Mail to partners in words: short, warm, and exact to the cent."""

from pleamar.wording.mail.letters import TOPICS, letter

__all__ = ["TOPICS", "letter"]
