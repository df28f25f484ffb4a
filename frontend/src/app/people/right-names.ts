/** Rights by name: what the kind of record is called, and what may be done with it. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useEntities, useTenant } from "@/platform/session/session";
import { fetchPermissions } from "./api";
import { subjectsOf } from "./subjects";

export function usePermissions(enabled = true) {
  const { slug } = useTenant();
  return useQuery({ queryKey: keyOf(slug, "access.permission", "list", {}), queryFn: fetchPermissions, staleTime: 300_000, enabled });
}

/** Codes → lines such as "Sales orders: See, Change", one per kind of record, then rights that stand for themselves. */
export function useRightNames(enabled = true): (codes: readonly string[]) => string[] {
  const { t } = useTranslation("people");
  const entities = useEntities();
  const { data } = usePermissions(enabled);
  const subjects = useMemo(() => (data ?? []).flatMap((module) => subjectsOf(module.permissions)), [data]);
  return (codes) => {
    const asked = new Set(codes);
    const lines: string[] = [];
    for (const subject of subjects) {
      const verbs = Object.values(subject.usual).filter((permission) => asked.delete(permission.code)).map((permission) => t(`verb_${permission.verb}`));
      if (verbs.length > 0) lines.push(t("right_line", { what: subject.title || entities[subject.prefix]?.label_plural || subject.prefix, verbs: verbs.join(t("comma")) }));
      for (const permission of subject.special) if (asked.delete(permission.code)) lines.push(permission.title);
    }
    return [...lines, ...asked];
  };
}
