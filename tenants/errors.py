"""Refusals of the door and of sign-up."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.problems import Problem


class CompanyNotReady(Problem):
    type, status, title = "company-not-ready", 503, _("The company is still being set up")


class CompanySuspended(Problem):
    """For want of payment (402): paying opens it. `by_staff`: shut by whoever runs Tenon (403)."""

    type, status, title = "company-suspended", 402, _("The company is suspended")

    def __init__(self, *, by_staff: bool = False) -> None:
        super().__init__(by_staff=by_staff)
        if by_staff:
            self.status = 403


class NotAMember(Problem):
    type, status, title = "not-a-member", 403, _("You are not a member of this company")


class SlugTaken(Problem):
    type, status, title = "slug-taken", 409, _("This address is already taken")


class InvitationInvalid(Problem):
    type, status, title = "invitation-invalid", 409, _("This invitation is no longer valid")


class SetupFailed(Problem):
    type, status, title = "setup-failed", 503, _("The company could not be set up; please try again")


class NotEntitled(Problem):
    type, status, title = "not-entitled", 403, _("Your subscription does not include this function")


class SwitchFailed(Problem):
    type, status, title = "switch-failed", 409, _("The function could not be switched on; nothing has changed")


class ArchiveDamaged(Problem):
    type, status, title = "archive-damaged", 422, _("The archive cannot be used")


class NoConsent(Problem):
    type, status, title = "no-consent", 403, _("The company has not let support in")


class CompanyClosed(Problem):
    type, status, title = "company-closed", 403, _("The company is closed and will be deleted")


class AddressRefused(Problem):
    type, status, title = "address-refused", 403, _("This company is not reached from your network")


class MfaRequired(Problem):
    type, status, title = "mfa-required", 403, _("This company asks for a second factor: set one up to go on")
