"""Addresses about people and companies, below /api/v1/."""

from __future__ import annotations

from django.urls import path, re_path

from tenants.api import bootstrap, companies, company_data, invitations, modules, restores, security, session, support

_FEATURE = r"^modules/features/(?P<key>[a-z0-9_.]+)"

urlpatterns = [
    path("companies/", companies.Companies.as_view()),
    path("companies/slug/", companies.Slug.as_view()),
    path("companies/restores/", restores.Restores.as_view()),
    path("companies/restores/<int:pk>/", restores.Restore.as_view()),
    path("companies/restores/<int:pk>/parts/<int:number>/", restores.RestorePart.as_view()),
    re_path(
        r"^companies/restores/(?P<pk>[0-9]{1,18})/actions/(?P<verb>start|cancel)/$", restores.RestoreAction.as_view()
    ),
    path("companies/<slug:slug>/ticket/", companies.CompanyTicket.as_view()),
    path("signup/options/", companies.SignupOptions.as_view()),
    path("session/", session.Session.as_view()),
    path("session/enter/", session.SessionEnter.as_view()),
    path("session/list/", security.MySessions.as_view()),
    path("session/list/<int:pk>/", security.MySession.as_view()),
    path("session/logins/", security.MyLogins.as_view()),
    path("security/policy/", security.SecurityPolicy.as_view()),
    path("security/sessions/", security.CompanySessions.as_view()),
    path("security/members/<int:pk>/sign-out/", security.MemberSignOut.as_view()),
    path("security/logins/", security.CompanyLogins.as_view()),
    path("security/changes/", security.SecurityChanges.as_view()),
    path("company/data/", company_data.CompanyData.as_view()),
    path("company/exports/", company_data.Exports.as_view()),
    path("company/exports/<int:pk>/link/", company_data.ExportLink.as_view()),
    path("company/exports/<int:pk>/file/", company_data.ExportFile.as_view()),
    path("company/exports/<int:pk>/copy/", company_data.ExportCopy.as_view()),
    path("company/restores/", restores.RestoresBeside.as_view()),
    path("company/outgoing/", restores.Outgoing.as_view()),
    path("company/deletion/", company_data.Deletion.as_view()),
    path("company/deletion/undo/", company_data.DeletionUndo.as_view()),
    path("company/support/", support.Support.as_view()),
    path("company/support/end/", support.SupportEnd.as_view()),
    path("company/support/sessions/<int:pk>/", support.SupportVisits.as_view()),
    path("support/leave/", support.SupportLeave.as_view()),
    path("bootstrap/", bootstrap.Bootstrap.as_view()),
    path("me/", bootstrap.Me.as_view()),
    path("invitations/", invitations.Invitations.as_view()),
    path("invitations/<int:pk>/", invitations.InvitationDetail.as_view()),
    path("invitations/accept/", invitations.InvitationAccept.as_view()),
    path("modules/", modules.Modules.as_view()),
    path("modules/history/", modules.ModuleHistory.as_view()),
    re_path(rf"{_FEATURE}/actions/(?P<verb>[a-z]+)/$", modules.FeatureSwitch.as_view()),
    re_path(rf"{_FEATURE}/effect/$", modules.FeatureEffect.as_view()),
]
