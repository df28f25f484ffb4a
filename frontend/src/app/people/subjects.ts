/** Rights grouped by what they are about: the usual verbs, and those of their own. */
import type { PermissionInfo } from "./api";

export const usual = ["view", "create", "update", "delete"] as const;

export interface Subject {
  prefix: string;
  title: string;
  usual: Partial<Record<(typeof usual)[number], PermissionInfo>>;
  special: PermissionInfo[];
}

export function subjectsOf(permissions: PermissionInfo[]): Subject[] {
  const subjects = new Map<string, Subject>();
  for (const permission of permissions) {
    const prefix = permission.code.split(".").slice(0, -1).join(".");
    const subject = subjects.get(prefix) ?? { prefix, title: "", usual: {}, special: [] };
    const verb = usual.find((one) => one === permission.verb);
    if (verb) {
      subject.usual[verb] = permission;
      if (verb === "view" || !subject.title) subject.title = permission.title;
    } else subject.special.push(permission);
    subjects.set(prefix, subject);
  }
  return [...subjects.values()];
}
