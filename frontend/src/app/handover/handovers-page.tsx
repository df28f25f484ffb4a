/** The handovers there were, are and will be. */
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { useGo } from "@/platform/records/navigation";
import { Button } from "@/ui/button";
import { Grid, type GridColumn } from "@/ui/grid";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import { ProblemState } from "../errors/problem-state";
import { fetchHandovers, handoversKey, type HandoverRow } from "./api";
import { kindOfState } from "./states";

const idOf = (row: HandoverRow) => row.id;

export function HandoversPage() {
  const { t } = useTranslation("handover");
  const format = useFormat();
  const go = useGo();
  const { data, error, refetch } = useQuery({ queryKey: handoversKey, queryFn: fetchHandovers });
  const begin = <Button variant="primary" icon={<Plus size={14} />} onClick={() => go("/admin/handover/new")}>{t("new")}</Button>;
  const columns: GridColumn<HandoverRow>[] = [
    { key: "member", title: t("member"), width: 200, emphasised: true, cell: (row) => row.member.name },
    { key: "heir", title: t("to"), width: 200, cell: (row) => row.heir.name },
    { key: "state", title: t("state"), width: 130, cell: (row) => <Status kind={kindOfState[row.state]}>{row.state_label}</Status> },
    { key: "last", title: t("last_day"), width: 130, numeric: true, cell: (row) => (row.last_day ? format.day(row.last_day) : <span className="dim">{t("stays_short")}</span>) },
    { key: "by", title: t("asked_by"), width: 180, cell: (row) => row.created_by.label },
    { key: "at", title: t("asked_at"), width: 140, numeric: true, cell: (row) => format.moment(row.created_at) },
    { key: "note", title: t("note"), grow: true, cell: (row) => <span className="dim">{row.note}</span> },
  ];
  return (
    <div className="page">
      <PageHead title={t("title")} after={data && data.length > 0 && <span className="dim">{data.length}</span>} ruled={!data?.length} actions={data && data.length > 0 ? begin : undefined} />
      {error !== null && !data && <ProblemState error={error} retry={() => void refetch()} />}
      {!data && !error && <GridSkeleton />}
      {data?.length === 0 && <EmptyState title={t("none")} actions={begin}>{t("none_why")}</EmptyState>}
      {data && data.length > 0 && <Grid label={t("title")} columns={columns} rows={data} rowKey={idOf} hotkeys onOpen={(row) => go(`/admin/handover/${row.id}`)} />}
    </div>
  );
}
