/** Where other programs are told what happens here. */
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "@/platform/records/navigation";
import { useCan } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Grid, type GridColumn } from "@/ui/grid";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import { ProblemState } from "../errors/problem-state";
import { fetchEndpoints, webhooksKey, type Endpoint } from "./api";
import { EndpointDrawer } from "./endpoint-drawer";
import { SecretDialog } from "./secret-dialog";
import { healthOf } from "./states";
import "./webhooks.css";

const idOf = (row: Endpoint) => row.id;

export function WebhooksPage() {
  const { t } = useTranslation("webhooks");
  const go = useGo();
  const may = useCan("webhooks.endpoint.create");
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<{ id: number; secret: string }>();
  const { data, error, refetch } = useQuery({ queryKey: webhooksKey, queryFn: fetchEndpoints });
  const begin = may && <Button variant="primary" icon={<Plus size={14} />} onClick={() => setMaking(true)}>{t("new")}</Button>;
  const columns: GridColumn<Endpoint>[] = [
    { key: "name", title: t("name"), width: 200, emphasised: true, cell: (row) => row.name },
    { key: "health", title: t("state"), width: 170, cell: (row) => <Status kind={healthOf(row).kind}>{t(`health.${healthOf(row).word}`)}</Status> },
    { key: "url", title: t("url"), width: 320, cell: (row) => <span className="dim" title={row.url}>{row.url}</span> },
    { key: "events", title: t("events"), width: 90, numeric: true, cell: (row) => row.events.length },
    { key: "waiting", title: t("waiting"), width: 90, numeric: true, cell: (row) => row.waiting },
    { key: "failed", title: t("failed"), width: 90, numeric: true, cell: (row) => <span className={row.failed ? "t-bad" : undefined}>{row.failed}</span> },
    { key: "owner", title: t("owner"), grow: true, cell: (row) => row.owner.label },
  ];
  return (
    <div className="page">
      <PageHead title={t("title")} after={data && data.length > 0 && <span className="dim">{data.length}</span>} ruled={!data?.length} actions={data && data.length > 0 ? begin : undefined} />
      {error !== null && !data && <ProblemState error={error} retry={() => void refetch()} />}
      {!data && !error && <GridSkeleton />}
      {data?.length === 0 && <EmptyState title={t("none")} actions={begin}>{t("none_why")}</EmptyState>}
      {data && data.length > 0 && <Grid label={t("title")} columns={columns} rows={data} rowKey={idOf} hotkeys onOpen={(row) => go(`/admin/webhooks/${row.id}`)} />}
      {making && <EndpointDrawer onClose={() => setMaking(false)} onSaved={(endpoint, secret) => { setMaking(false); setMade({ id: endpoint.id, secret: secret ?? "" }); void refetch(); }} />}
      {made && <SecretDialog secret={made.secret} onClose={() => go(`/admin/webhooks/${made.id}`)} />}
    </div>
  );
}
