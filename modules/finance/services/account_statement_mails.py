"""Mails about what customers owe. They are events: sent after the commit, again when the mail server is away."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from modules.finance.models import AccountStatement
from modules.finance.selectors.account_statement_paper import statement_pdf_of
from modules.shared.contracts.events import CollectionMailDue
from tenon.records.service import publish
from tenon.tenancy.context import current


def statement_mail(statement: AccountStatement) -> None:
    publish(CollectionMailDue("account_statement", statement.pk))


def account_statement_mail_send(statement_id: int) -> None:
    """One mail with the PDF, in the customer's language. Nothing leaves a copy of a company."""
    company = current()
    statement = AccountStatement.objects.select_related("party").filter(pk=statement_id).first()
    if statement is None or not statement.sent_to or company.quiet:
        return
    with translation.override(statement.party.language or company.language):
        context = {"company": company.name, "statement": statement, "customer": statement.party.name}
        subject = " ".join(render_to_string("finance/mail/account_statement_subject.txt", context).split())
        text = render_to_string("finance/mail/account_statement_message.txt", context)
        mail = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [statement.sent_to])
        mail.attach(f"{statement.number}.pdf", statement_pdf_of(statement), "application/pdf")
        mail.send()
