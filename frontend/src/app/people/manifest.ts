/** What the app itself adds to the pages of people, roles and keys. */
import { lazy } from "react";
import { defineModule } from "@/platform/slots/manifest";

const role = () => import("./role-page").then((part) => part.RolePage);

export const people = defineModule({
  key: "access",
  entities: {
    "access.role": { form: role as never, detail: role as never },
    "access.api_key": { form: () => import("./key-page").then((part) => part.KeyPage) },
  },
  slots: [
    { slot: "member.list.actions", key: "invite", permission: "access.member.create", component: lazy(() => import("./invite-button").then((part) => ({ default: part.InviteButton }))) as never },
    { slot: "member.detail.panels", key: "roles", permission: "access.role.view", component: lazy(() => import("./member-roles").then((part) => ({ default: part.MemberRoles }))) as never },
  ],
});
