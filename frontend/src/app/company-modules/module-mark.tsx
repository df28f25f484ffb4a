/** Behind the name of a module: what is not the usual about the right to it. A module in the plan says nothing. */
import { useTranslation } from "react-i18next";
import { Status } from "@/ui/status";
import type { ModuleSwitches } from "./api";
import { useDay } from "./use-day";

export function ModuleMark({ module }: { module: ModuleSwitches }) {
  const { t } = useTranslation("company-modules");
  const { ahead } = useDay();
  const core = module.features.find((feature) => feature.core) ?? module.features[0];
  const rights = core?.rights ?? [];
  if (core?.dropped) return <Status kind="hold" loud>{t("read_only")}</Status>;
  if (rights.some((right) => right.source === "deny")) return <Status kind="hold" loud>{t("source_deny")}</Status>;
  if (!core?.entitled || rights.some((right) => right.source === "plan" || right.source === "add_on")) return null;
  const only = rights.find((right) => right.source === "grant") ?? rights.find((right) => right.source === "trial");
  if (!only) return null;
  const left = only.until ? ahead(only.until) : undefined;
  const name = t(`source_${only.source}`);
  return <Status kind="open" loud>{left === undefined ? name : `${name} · ${t("days_left", { count: Math.max(0, left) })}`}</Status>;
}
