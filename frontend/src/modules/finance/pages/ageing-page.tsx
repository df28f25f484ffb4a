/** Who owes how long: open items by age, as of any day. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { DayInput } from "@/platform/fields/date/day-field";
import { EntityLink, problemText } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Accounting } from "@/ui/accounting";
import { Grid, type GridColumn } from "@/ui/grid";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchAgeing, type AgeingRow } from "../api/reports";
import "./finance.css";

function AgeingPage({ side }: { side: "receivable" | "payable" }) {
  const { t, i18n } = useTranslation("finance");
  const { t: said } = useTranslation("records");
  const { slug, today, currency } = useTenant();
  const [day, setDay] = useState(today);
  const { data, error, isPending } = useQuery({
    queryKey: keyOf(slug, "finance.invoice", "ageing", [side, day]),
    queryFn: ({ signal }) => fetchAgeing(side, day, signal),
    enabled: day !== "",
    placeholderData: (old) => old,
  });
  const keys = Object.keys(data?.totals ?? {});
  const name = (key: string) => (i18n.exists(`finance:age.${key}`) ? t(`age.${key}`) : key);
  const columns: GridColumn<AgeingRow>[] = [
    { key: "party", title: t("age.party"), width: 260, grow: true, emphasised: true, cell: (row) => <EntityLink entity="shared.party" id={row.party.id}>{row.party.label}</EntityLink> },
    ...keys.map((key) => ({ key, title: name(key), width: 124, numeric: true, cell: (row: AgeingRow) => <Accounting value={row[key] as string} /> })),
  ];
  return (
    <div className="page">
      <PageHead title={t(`age.${side}`)} after={<span className="dim">{currency}</span>} />
      <div className="fi-bar"><span className="dim">{t("age.asOf")}</span><span className="fi-day"><DayInput aria-label={t("age.asOf")} value={day} onChange={setDay} /></span></div>
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("age.failed")}>{problemText(error, said)}</ErrorState>}
      {data && data.results.length === 0 && <EmptyState title={t("age.none")}>{t("age.noneWhy")}</EmptyState>}
      {data && data.results.length > 0 && (
        <Grid<AgeingRow> label={t(`age.${side}`)} columns={columns} rows={data.results} rowKey={(row) => row.party.id}
          foot={[t("tb.total"), ...keys.map((key) => <Accounting key={key} value={data.totals[key]} />)]} />
      )}
    </div>
  );
}

export const ReceivablePage = () => <AgeingPage side="receivable" />;
export const PayablePage = () => <AgeingPage side="payable" />;
