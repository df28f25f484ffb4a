/** What the app itself adds to the pages of people, roles and keys. */
import { lazy } from "react";
import { defineModule } from "@/platform/slots/manifest";

const page = <K extends string>(load: () => Promise<Record<K, unknown>>, name: K) => () => load().then((part) => part[name]) as never;
const role = () => import("./role-page").then((part) => part.RolePage);

export const people = defineModule({
  key: "access",
  routes: [
    { path: "/account/menu", page: page(() => import("../menu-editor/my-menu-page"), "MyMenuPage") },
    { path: "/admin/rights", page: page(() => import("./rights-page"), "RightsPage"), permission: "access.role.view" },
  ],
  entities: {
    "access.department": { list: page(() => import("./departments-page"), "DepartmentsPage") },
    "access.role": { form: role as never, detail: role as never },
    "access.api_key": { form: () => import("./key-page").then((part) => part.KeyPage) },
  },
  slots: [
    { slot: "member.list.actions", key: "invite", permission: "access.member.create", component: lazy(() => import("./invite-button").then((part) => ({ default: part.InviteButton }))) as never },
    { slot: "member.detail.panels", key: "roles", permission: "access.role.view", component: lazy(() => import("./member-roles").then((part) => ({ default: part.MemberRoles }))) as never },
    { slot: "member.detail.panels", key: "grants", permission: "access.role.view", component: lazy(() => import("./member-grants").then((part) => ({ default: part.MemberGrants }))) as never },
    { slot: "record.detail.tools", key: "explain", permission: "access.role.view", component: lazy(() => import("./explain-dialog").then((part) => ({ default: part.ExplainButton }))) as never },
  ],
});
