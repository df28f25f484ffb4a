/** Receiving desk: what is expected of whom on which day, the late ones first; one press begins a receipt. */
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { useGo } from "@/platform/records/navigation";
import { usePhone } from "@/platform/records/use-media";
import { useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Segmented } from "@/ui/controls";
import { addDays } from "@/ui/format/date";
import { Grid, type GridColumn } from "@/ui/grid";
import { PageHead, Tabs } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import { fetchExpected, type Expected } from "../api/desks";
import { DeskLines, LinesInShort } from "../components/desk-lines";
import { useReceive } from "../components/use-receive";
import "../components/desks.css";

const WHEN = ["late", "today", "week", "later"] as const;
type When = (typeof WHEN)[number];

export function whenOf(day: string | null, today: string): When {
  if (day === null || day > addDays(today, 7)) return "later";
  if (day < today) return "late";
  return day === today ? "today" : "week";
}

export function ReceivingDeskPage() {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const go = useGo();
  const phone = usePhone();
  const { slug, today } = useTenant();
  const receipts = useEntity("inventory.receipt");
  const { may, receive, making } = useReceive();
  const [when, setWhen] = useState<When | "all">("all");
  const [order, setOrder] = useState<"day" | "supplier">("day");
  const [open, setOpen] = useState<string | null>(null);
  const { data, error, isPending, refetch } = useQuery({ queryKey: keyOf(slug, "inventory.receipt", "desk"), queryFn: ({ signal }) => fetchExpected(signal) });
  const all = useMemo(() => data?.results ?? [], [data]);
  const rows = useMemo(() => {
    const shown = when === "all" ? all : all.filter((row) => whenOf(row.day, today) === when);
    return order === "day" ? shown : [...shown].sort((one, other) => one.supplier.label.localeCompare(other.supplier.label));
  }, [all, when, order, today]);
  const action = (row: Expected) => {
    if (row.draft) return <Button size="small" onClick={() => go(`${receipts!.route}/${row.draft!.id}`)}>{t("desk.goOn", { receipt: row.draft.label })}</Button>;
    return may && <Button size="small" busy={making === row.order.id} onClick={() => receive(row.order)}>{t("receive")}</Button>;
  };
  const columns: GridColumn<Expected>[] = [
    { key: "supplier", title: t("needs.supplier"), width: 190, emphasised: true, cell: (row) => <span className="ell">{row.supplier.label}</span> },
    { key: "order", title: t("desk.order"), width: 116, cell: (row) => <EntityLink entity="shared.purchase_order" id={row.order.id}>{row.order.label}</EntityLink> },
    { key: "day", title: t("desk.expected"), width: 148, numeric: true, cell: (row) => row.day ? <>{row.day < today && <span className="t-bad">{format.late(row.day)} </span>}{format.near(row.day)}</> : <span className="dim">–</span> },
    { key: "word", title: t("desk.word"), width: 140, cell: (row) => row.confirmed ? <Status kind="open">{t("desk.confirmed")}</Status> : <Status kind="draft">{t("desk.unconfirmed")}</Status> },
    { key: "lines", title: t("desk.lines"), width: 70, numeric: true, cell: (row) => row.lines.length },
    { key: "goods", title: t("desk.goods"), width: 200, grow: true, cell: (row) => <LinesInShort lines={row.lines} /> },
    { key: "action", title: "", label: t("receive"), width: 172, numeric: true, cell: action },
  ];
  return (
    <div className="page">
      <PageHead title={t("desk.receiving")} after={data && <span className="dim">{t("desk.expectedCount", { count: all.length })}</span>} />
      <Tabs label={t("desk.expected")} value={when} onChange={(value) => setWhen(value as When | "all")}
        tabs={[{ key: "all", label: t("desk.all"), count: data && all.length }, ...WHEN.map((one) => ({ key: one, label: t(`desk.${one}`), count: data && all.filter((row) => whenOf(row.day, today) === one).length }))]}
        extra={!phone && <><span className="grow" /><Segmented small label={t("desk.sort")} value={order} onChange={setOrder} options={[{ value: "day", label: t("desk.byDay") }, { value: "supplier", label: t("desk.bySupplier") }]} /></>} />
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("desk.expectedFailed")} actions={<Button onClick={() => void refetch()}>{t("needs.again")}</Button>}>{problemText(error, said)}</ErrorState>}
      {data && rows.length === 0 && <EmptyState title={t("desk.nothingComes")}>{t("desk.nothingComesWhy")}</EmptyState>}
      {rows.length > 0 && (
        <Grid<Expected> cards flat label={t("desk.receiving")} columns={columns} rows={rows} rowKey={(row) => row.key} onOpen={(row) => setOpen((old) => (old === row.key ? null : row.key))}
          after={(row) => row.key === open ? <DeskLines lines={row.lines} /> : null} />
      )}
      {data?.more && <p className="lfoot dim">{t("desk.more")}</p>}
    </div>
  );
}
