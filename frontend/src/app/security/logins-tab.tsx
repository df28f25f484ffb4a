/** Who came in here, and who was refused with a member's address. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { Grid, type GridColumn } from "@/ui/grid";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import { ProblemState } from "../errors/problem-state";
import { fetchLogins, securityKey, type LoginRow } from "./api";

const idOf = (row: LoginRow) => row.id;

export function LoginsTab() {
  const { t } = useTranslation("security");
  const format = useFormat();
  const { data, error, refetch, fetchNextPage, hasNextPage } = useInfiniteQuery({
    queryKey: [...securityKey, "logins"],
    queryFn: ({ pageParam }) => fetchLogins(pageParam),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.more ? last.results.at(-1)?.id : undefined),
  });
  const columns: GridColumn<LoginRow>[] = [
    { key: "at", title: t("at"), width: 150, cell: (row) => format.moment(row.at) },
    { key: "member", title: t("member"), width: 200, emphasised: true, cell: (row) => row.member?.label ?? row.email },
    { key: "what", title: t("what"), width: 180, cell: (row) => <Status kind={row.kind === "refused" ? "late" : row.kind === "signed_out" ? "off" : "done"}>{t(`login.${row.kind}`)}</Status> },
    { key: "device", title: t("device"), width: 200, cell: (row) => row.device || t("unknown_device") },
    { key: "ip", title: t("address"), width: 180, cell: (row) => row.ip },
    { key: "host", title: t("host"), grow: true, cell: (row) => <span className="dim">{row.host}</span> },
  ];
  if (error !== null && !data) return <ProblemState error={error} retry={() => void refetch()} />;
  if (!data) return <GridSkeleton />;
  const rows = data.pages.flatMap((page) => page.results);
  if (rows.length === 0) return <EmptyState title={t("no_logins")} />;
  return <Grid label={t("tab_logins")} columns={columns} rows={rows} rowKey={idOf} flat onEnd={() => hasNextPage && void fetchNextPage()} />;
}
