/** Changes to the company, its people, roles, keys and webhooks. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { Grid, type GridColumn } from "@/ui/grid";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { ProblemState } from "../errors/problem-state";
import { fetchChanges, securityKey, type ChangeRow } from "./api";

const written = (value: unknown): string => (Array.isArray(value) ? value.map((one) => (one === null || one === "" ? "–" : typeof one === "object" ? JSON.stringify(one) : String(one))).join(" → ") : typeof value === "object" ? JSON.stringify(value) : String(value));

export function ChangesTab() {
  const { t, i18n } = useTranslation("security");
  const format = useFormat();
  const { data, error, refetch } = useQuery({ queryKey: [...securityKey, "changes"], queryFn: fetchChanges });
  const what = (row: ChangeRow) => (i18n.exists(`security:did.${row.what}`) ? t(`did.${row.what}`) : row.what);
  const columns: GridColumn<ChangeRow>[] = [
    { key: "at", title: t("at"), width: 150, cell: (row) => format.moment(row.at) },
    { key: "who", title: t("who"), width: 180, emphasised: true, cell: (row) => row.actor },
    { key: "kind", title: t("kind"), width: 130, cell: (row) => row.kind },
    { key: "what", title: t("what"), width: 200, cell: (row) => [what(row), row.label].filter(Boolean).join(": ") },
    { key: "changes", title: t("changes"), grow: true, cell: (row) => <span className="dim" title={Object.entries(row.changes).map(([key, value]) => `${key}: ${written(value)}`).join("\n")}>{Object.entries(row.changes).map(([key, value]) => `${key}: ${written(value)}`).join("; ")}</span> },
  ];
  if (error !== null && !data) return <ProblemState error={error} retry={() => void refetch()} />;
  if (!data) return <GridSkeleton />;
  if (data.length === 0) return <EmptyState title={t("no_changes")} />;
  return <Grid label={t("tab_changes")} columns={columns} rows={data.map((row, index) => ({ ...row, key: index }))} rowKey={(row) => (row as ChangeRow & { key: number }).key} flat />;
}
