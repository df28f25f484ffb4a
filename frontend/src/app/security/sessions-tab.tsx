/** Who is signed in here now; an admin ends what is not right. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { useFormat } from "@/platform/format";
import { Button } from "@/ui/button";
import { Tag } from "@/ui/figures";
import { Grid, type GridColumn } from "@/ui/grid";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ProblemState } from "../errors/problem-state";
import { fetchSessions, securityKey, signOutMember, type SessionRow } from "./api";

const idOf = (row: SessionRow) => row.id;

export function SessionsTab() {
  const { t } = useTranslation("security");
  const format = useFormat();
  const client = useQueryClient();
  const key = [...securityKey, "sessions"];
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: fetchSessions });
  const end = useMutation({
    mutationFn: (row: SessionRow) => signOutMember(row.member?.id ?? 0, row.id),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
    onError: (failure) => toast({ text: isProblem(failure) ? failure.message : t("unreachable"), tone: "bad" }),
  });
  const columns: GridColumn<SessionRow>[] = [
    { key: "member", title: t("member"), width: 200, emphasised: true, cell: (row) => row.member?.label ?? t("by_staff") },
    { key: "device", title: t("device"), width: 220, cell: (row) => <span title={row.user_agent}>{row.device || t("unknown_device")} {row.current && <Tag>{t("this_one")}</Tag>} </span> },
    { key: "ip", title: t("address"), width: 180, cell: (row) => row.ip },
    { key: "seen", title: t("last_seen"), width: 150, numeric: true, cell: (row) => format.moment(row.last_seen_at) },
    { key: "since", title: t("since"), width: 150, numeric: true, cell: (row) => format.moment(row.created_at) },
    { key: "act", title: "", label: t("end_session"), width: 120, cell: (row) => !row.current && row.member && <Button size="small" disabled={end.isPending} onClick={() => end.mutate(row)}>{t("end_session")}</Button> },
  ];
  if (error !== null && !data) return <ProblemState error={error} retry={() => void refetch()} />;
  if (!data) return <GridSkeleton />;
  return <Grid label={t("tab_sessions")} columns={columns} rows={data} rowKey={idOf} flat />;
}
