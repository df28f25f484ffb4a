/** Overhead of a month: what each pool cost, what production was charged, why they differ and who bears it, before and
 * after it is posted. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { get, newIdempotencyKey, post } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import { AppLink, EntityLink, problemText } from "@/platform/records";
import type { Ref } from "@/platform/records/types";
import { useCan, useEntity, useTenant } from "@/platform/session/session";
import { Accounting } from "@/ui/accounting";
import { Button } from "@/ui/button";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import "../pages/finance.css";
import "./costing.css";

interface PoolMonth {
  pool: Ref; driver: string; target: string; used: string; capacity: string; planned: string; actual: string; absorbed: string; difference: string;
  spending: string; volume: string; efficiency: string;
  run: { id: number; label: string; entry: Ref | null; changed: boolean } | null;
  shares: { product: Ref; order: { entity: string; id: number; label: string } | null; used: string; amount: string }[];
}

const monthOf = (day: string) => day.slice(0, 7);

export function OverheadPage() {
  const { t } = useTranslation("costing");
  const { t: said } = useTranslation("records");
  const { slug, today } = useTenant();
  const pools = useEntity("finance.overhead_pool");
  const [month, setMonth] = useState(monthOf(today));
  const key = keyOf(slug, "finance.overhead_run", "month", month);
  const { data, error, isPending } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => get<{ currency: string; results: PoolMonth[] }>("/api/v1/finance/overhead/", { month: `${month}-01` }, signal),
    placeholderData: (old) => old,
  });
  return (
    <div className="page">
      <PageHead title={t("overhead")} after={data && <span className="dim">{data.currency}</span>} actions={pools && <AppLink className="btn" to={pools.route}>{t("pools")}</AppLink>} />
      <div className="fi-bar"><input className="input" type="month" aria-label={t("month")} value={month} max={monthOf(today)} onChange={(event) => { if (event.target.value) setMonth(event.target.value); }} /></div>
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("failed")}>{problemText(error, said)}</ErrorState>}
      {data?.results.length === 0 && <EmptyState title={t("noPools")}>{t("noPoolsWhy")}</EmptyState>}
      <div className="co-pools">{data?.results.map((row) => <Pool key={row.pool.id} row={row} month={month} />)}</div>
    </div>
  );
}

function Pool({ row, month }: { row: PoolMonth; month: string }) {
  const { t } = useTranslation("costing");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const client = useQueryClient();
  const may = useCan("finance.overhead_run.create");
  const share = useMutation({
    mutationFn: () => post("/api/v1/finance/overhead-runs/", { pool: row.pool.id, month: `${month}-01` }, { idempotencyKey: newIdempotencyKey() }),
    onSuccess: () => { toast(t("posted", { pool: row.pool.label })); void client.invalidateQueries(); },
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  const nothing = Number(row.actual) === 0 && Number(row.absorbed) === 0;
  return (
    <section className="co-pool">
      <header>
        <h2><EntityLink entity="finance.overhead_pool" id={row.pool.id}>{row.pool.label}</EntityLink></h2>
        <span className="dim grow">{t("by", { driver: row.driver, used: format.quantity(row.used), capacity: format.quantity(row.capacity) })}</span>
        {row.run && <span>{t("isPosted")} <EntityLink entity="finance.overhead_run" id={row.run.id}>{row.run.entry?.label ?? row.run.label}</EntityLink></span>}
        {!row.run && may && <Button variant="primary" size="small" busy={share.isPending} disabled={nothing || (row.shares.length === 0 && Number(row.difference) !== 0)} onClick={() => share.mutate()}>{t("post")}</Button>}
      </header>
      {row.run?.changed && <p className="t-warn">{t("changed")}</p>}
      <div className="co-two">
        <table className="fi-standing">
          <tbody>
            <tr><th scope="row">{t("actual")}</th><td>{format.amount(row.actual)}</td></tr>
            <tr><th scope="row">{t("charged")}</th><td>{format.amount(row.absorbed)}</td></tr>
            <tr className="fi-sum"><th scope="row">{t(row.difference.startsWith("-") ? "tooMuch" : "tooLittle")}</th><td><Accounting value={row.difference} /></td></tr>
            <tr><th scope="row">{t("spending")} <span className="sub">{t("spendingWhy", { planned: format.amount(row.planned) })}</span></th><td><Accounting value={row.spending} /></td></tr>
            <tr><th scope="row">{t("volume")} <span className="sub">{t("volumeWhy")}</span></th><td><Accounting value={row.volume} /></td></tr>
            <tr><th scope="row">{t("efficiency")} <span className="sub">{t("efficiencyWhy")}</span></th><td><Accounting value={row.efficiency} /></td></tr>
          </tbody>
        </table>
        <table className="fi-standing co-shares">
          <thead><tr><th scope="col">{t("bears", { account: row.target })}</th><th scope="col">{row.driver}</th><th scope="col">{t("amount")}</th></tr></thead>
          <tbody>
            {row.shares.map((one) => (
              <tr key={`${one.product.id} ${one.order?.id ?? ""}`}>
                <th scope="row">{one.order && <><EntityLink entity={one.order.entity} id={one.order.id}>{one.order.label}</EntityLink> </>}<span className={one.order ? "sub" : undefined}>{one.product.label}</span></th>
                <td>{format.quantity(one.used)}</td><td><Accounting value={one.amount} /></td>
              </tr>
            ))}
            {row.shares.length === 0 && <tr><th scope="row" className="dim" colSpan={3}>{t(nothing ? "nothing" : "nobody")}</th></tr>}
          </tbody>
        </table>
      </div>
    </section>
  );
}
