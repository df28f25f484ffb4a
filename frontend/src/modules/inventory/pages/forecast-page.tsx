/** One product's demand: what was, what is expected and how sure that is; said otherwise in place, with the reason. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { AppLink, EntityLink, problemText } from "@/platform/records";
import type { RecordId } from "@/platform/records/types";
import { useCan, useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Fact, Facts } from "@/ui/figures";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ErrorState } from "@/ui/states/states";
import { fetchOutlook, sayOtherwise, type Outlook } from "../api/replenishment";
import { DemandChart } from "../components/demand-chart";
import "../components/supply.css";

type Month = Outlook["forecast"][number];

export function ForecastPage({ id }: { entityKey: string; id: RecordId }) {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const list = useEntity("inventory.forecast");
  const client = useQueryClient();
  const mayChange = useCan("inventory.forecast.create");
  const [open, setOpen] = useState<string | null>(null);
  const key = keyOf(slug, "inventory.forecast", "outlook", String(id));
  const { data, error, isPending, refetch } = useQuery({ queryKey: key, queryFn: ({ signal }) => fetchOutlook(String(id), signal) });
  const change = useMutation({
    mutationFn: ({ month, quantity, reason }: { month: Month; quantity: string; reason: string }) => sayOtherwise(data!.product.id, month, quantity, reason),
    onSuccess: () => { setOpen(null); void client.invalidateQueries({ queryKey: key }); },
    onError: (failure) => toast({ text: problemText(failure, said), tone: "bad" }),
  });
  const share = (value: string | null) => (value === null ? "–" : format.percent(String(Number(value) * 100)));
  if (isPending) return <div className="page"><GridSkeleton /></div>;
  if (!data) return <div className="page"><ErrorState title={t("forecast.failed")} actions={<Button onClick={() => void refetch()}>{t("needs.again")}</Button>}>{problemText(error, said)}</ErrorState></div>;
  return (
    <div className="page">
      <PageHead detail crumb={<AppLink to={list?.route ?? "/"}>{list?.label_plural}</AppLink>} title={data.product.name} after={<EntityLink entity="shared.product" id={data.product.id}>{data.product.label}</EntityLink>} />
      <Facts kpis>
        <Fact label={t("forecast.next")} value={format.number(data.forecast[0]?.quantity, { places: 0 })} note={data.unit} />
        <Fact label={t("forecast.method")} value={t(`forecast.method_${data.method}`)} note={t("forecast.months", { count: data.history.length })} />
        <Fact label={t("forecast.mase")} value={data.mase === null ? "–" : format.number(data.mase, { places: 2 })} tone={Number(data.mase) > 1 ? "warn" : undefined} note={t("forecast.maseNote")} />
        <Fact label={t("forecast.wape")} value={share(data.wape)} note={t("forecast.wapeNote")} />
      </Facts>
      <div className="fc">
        <DemandChart outlook={data} />
        <ol className="fc-months" aria-label={t("forecast.expected")}>
          {data.forecast.map((month) => (
            <li key={month.month}>
              <span className="num">{month.month.slice(0, 7)}</span>
              <span className="num"><b>{format.number(month.quantity, { places: 0 })}</b> <span className="dim">{format.number(month.low, { places: 0 })}–{format.number(month.high, { places: 0 })}</span></span>
              {mayChange && <Button size="small" variant="text" aria-expanded={open === month.month} onClick={() => setOpen(open === month.month ? null : month.month)}>{t("forecast.change")}</Button>}
              {month.override && <span className="why sub">{t("forecast.byHand", { computed: format.number(month.computed, { places: 0 }), reason: month.override.reason })}</span>}
              {open === month.month && <MonthForm month={month} busy={change.isPending} onSave={(quantity, reason) => change.mutate({ month, quantity, reason })} />}
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}

function MonthForm({ month, busy, onSave }: { month: Month; busy: boolean; onSave: (quantity: string, reason: string) => void }) {
  const { t } = useTranslation("inventory");
  const [quantity, setQuantity] = useState(month.override ? String(Number(month.quantity)) : "");
  const [reason, setReason] = useState(month.override?.reason ?? "");
  const save = (event: FormEvent) => {
    event.preventDefault();
    onSave(quantity.trim(), reason.trim());
  };
  const empty = quantity.trim() === "";
  return (
    <form onSubmit={save}>
      <input className="input" inputMode="decimal" autoFocus aria-label={t("forecast.quantity")} placeholder={t("forecast.quantity")} value={quantity} onChange={(event) => setQuantity(event.target.value)} />
      <input className="input" aria-label={t("forecast.reason")} placeholder={t("forecast.reason")} value={reason} onChange={(event) => setReason(event.target.value)} />
      <Button submit variant="primary" busy={busy} disabled={empty ? !month.override : reason.trim() === ""}>{t(empty && month.override ? "forecast.takeBack" : "forecast.save")}</Button>
    </form>
  );
}
