"""A mail as it came, read into what it says: nothing in it is run, nothing that it names is fetched."""

from zhike.observe.mail.message import Attachment, Forwarded, Mail, MailSetting, read_mail

__all__ = ["Attachment", "Forwarded", "Mail", "MailSetting", "read_mail"]
