/** How right the books were found to be: by month, warehouse, class and cause. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Fact, Facts } from "@/ui/figures";
import { Grid, type GridColumn } from "@/ui/grid";
import { PageHead, Tabs } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchAccuracy, type Accuracy, type AccuracyBy } from "../api/counting";

const GROUPS: AccuracyBy[] = ["month", "warehouse", "abc", "cause"];
type Row = Accuracy["results"][number];

export function CountAccuracyPage() {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const [by, setBy] = useState<AccuracyBy>("month");
  const { data, error, isPending } = useQuery({ queryKey: keyOf(slug, "inventory.count_sheet", "accuracy", by), queryFn: ({ signal }) => fetchAccuracy(by, signal) });
  const share = (value: string | null) => (value === null ? "–" : format.percent(String(Number(value) * 100)));
  const columns: GridColumn<Row>[] = [
    { key: "label", title: t(`accuracy.by_${by}`), width: 200, grow: true, emphasised: true, cell: (row) => row.label || "–" },
    { key: "lines", title: t("accuracy.lines"), width: 100, numeric: true, cell: (row) => format.number(row.lines) },
    { key: "share", title: t("accuracy.share"), width: 130, numeric: true, cell: (row) => share(row.share) },
    { key: "value", title: t("accuracy.value"), width: 130, numeric: true, cell: (row) => share(row.value) },
    { key: "book", title: t("accuracy.book", { currency: data?.currency ?? "" }), width: 150, numeric: true, cell: (row) => format.amount(row.book_value) },
    { key: "difference", title: t("accuracy.difference"), width: 130, numeric: true, cell: (row) => <span className={Number(row.difference) < 0 ? "t-bad" : undefined}>{format.amount(row.difference)}</span> },
  ];
  return (
    <div className="page">
      <PageHead title={t("accuracy.title")} after={<span className="dim">{t("accuracy.year")}</span>} />
      {data && (
        <Facts kpis>
          <Fact label={t("accuracy.share")} value={share(data.total.share)} note={t("accuracy.hits", { hits: format.number(data.total.hits), lines: format.number(data.total.lines) })} />
          <Fact label={t("accuracy.value")} value={share(data.total.value)} note={t("accuracy.absolute", { amount: format.money(data.total.absolute) })} />
          <Fact label={t("accuracy.difference")} value={format.money(data.total.difference)} tone={Number(data.total.difference) < 0 ? "bad" : undefined} />
        </Facts>
      )}
      <Tabs label={t("accuracy.group")} value={by} onChange={(value) => setBy(value as AccuracyBy)} tabs={GROUPS.map((one) => ({ key: one, label: t(`accuracy.by_${one}`) }))} />
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("accuracy.failed")}>{problemText(error, said)}</ErrorState>}
      {data && data.results.length === 0 && <EmptyState title={t("accuracy.none")}>{t("accuracy.noneWhy")}</EmptyState>}
      {data && data.results.length > 0 && <Grid<Row> cards label={t("accuracy.title")} columns={columns} rows={data.results} rowKey={(row) => row.key} />}
    </div>
  );
}
