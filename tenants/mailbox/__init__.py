"""The development mailbox: mails as files, and a page to read them."""
