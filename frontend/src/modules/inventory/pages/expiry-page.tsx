/** What expires: lots in stock that have run out or will within 30, 60 or 90 days, and what they are worth. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Fact, Facts } from "@/ui/figures";
import { Grid, type GridColumn } from "@/ui/grid";
import { PageHead, Tabs } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchExpiry, type ExpiryRow } from "../api/lots";
import { Quality } from "../components/quality";

const DAYS = [30, 60, 90] as const;

export function ExpiryPage() {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const [days, setDays] = useState<number>(90);
  const { data, error, isPending } = useQuery({
    queryKey: keyOf(slug, "inventory.lot", "expiry", [90]),
    queryFn: ({ signal }) => fetchExpiry(90, signal),
  });
  const all = data?.results ?? [];
  const rows = all.filter((row) => row.days <= days);
  const open = all.some((row) => row.worth !== null);
  const words = (of: ExpiryRow[]) => t("lots.count", { count: of.length });
  const worth = (of: ExpiryRow[]) => open ? format.money(String(of.reduce((sum, row) => sum + Number(row.worth), 0)), data?.currency) : words(of);
  const gone = all.filter((row) => row.days < 0);
  const columns: GridColumn<ExpiryRow>[] = [
    { key: "expires", title: t("lots.expires"), width: 104, numeric: true, cell: (row) => format.day(row.expires_on) },
    { key: "days", title: t("lots.daysLeft"), width: 104, numeric: true, cell: (row) => <span className={row.days < 0 ? "t-bad" : row.days <= 30 ? "t-warn" : undefined}>{row.days < 0 ? t("lots.expired") : t("needs.days", { count: row.days })}</span> },
    { key: "lot", title: t("lots.lot"), width: 148, emphasised: true, cell: (row) => <EntityLink entity="inventory.lot" id={row.id}>{row.number}</EntityLink> },
    { key: "product", title: t("needs.product"), width: 240, grow: true, cell: (row) => <span className="ell"><EntityLink entity="shared.product" id={row.product.id}>{row.product.label}</EntityLink></span> },
    { key: "quality", title: t("lots.quality"), width: 116, cell: (row) => <Quality value={row.quality} /> },
    { key: "onHand", title: t("lots.onHand"), width: 116, numeric: true, cell: (row) => <>{format.quantity(row.on_hand)} <span className="dim">{row.unit}</span></> },
    ...(open ? [{ key: "worth", title: t("lots.worth", { currency: data?.currency ?? "" }), width: 132, numeric: true, cell: (row: ExpiryRow) => format.money(row.worth, data?.currency) }] : []),
  ];
  return (
    <div className="page">
      <PageHead title={t("lots.expiry")} after={data && <span className="dim">{t("lots.count", { count: rows.length })}</span>} />
      <Tabs label={t("lots.within")} value={String(days)} onChange={(value) => setDays(Number(value))} tabs={DAYS.map((count) => ({ key: String(count), label: t("needs.within", { count }) }))} />
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("lots.failed")}>{problemText(error, said)}</ErrorState>}
      {data && (
        <Facts>
          <Fact label={t("lots.expired")} value={worth(gone)} tone={gone.length ? "bad" : undefined} note={open ? words(gone) : undefined} />
          {DAYS.map((count) => {
            const soon = all.filter((row) => row.days >= 0 && row.days <= count);
            return <Fact key={count} label={t("needs.within", { count })} value={worth(soon)} note={open ? words(soon) : undefined} />;
          })}
        </Facts>
      )}
      {data && rows.length === 0 && <EmptyState title={t("lots.nothing")}>{t("lots.nothingWhy")}</EmptyState>}
      {data && rows.length > 0 && <Grid<ExpiryRow> cards label={t("lots.expiry")} columns={columns} rows={rows} rowKey={(row) => row.id} />}
    </div>
  );
}
