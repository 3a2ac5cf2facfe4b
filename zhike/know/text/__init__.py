"""What customers write: read by models and shown to people without what tells who they are."""

from zhike.know.text.language import detect, normal
from zhike.know.text.redaction import Redacted, Span, redact
from zhike.know.text.triage import Reading, TextTriage

__all__ = ["Reading", "Redacted", "Span", "TextTriage", "detect", "normal", "redact"]
