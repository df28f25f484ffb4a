/** Beside the editor of a confirmed order: what saving would do to stock, purchases and production. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { problemText, type RecordFormState } from "@/platform/records";
import { bodyOf } from "@/platform/records/form/values";
import type { RecordId } from "@/platform/records/types";
import { useDebounced } from "@/platform/records/use-debounced";
import { useTenant } from "@/platform/session/session";
import { TextField } from "@/ui/controls";
import { Mark } from "@/ui/status";
import { fetchChange, type LineEffect } from "../api/change";
import { BeyondNote } from "./beyond";
import { ChargeNote } from "./charge-note";
import "./sales.css";

const STILL = 400;

export function ChangeEffects({ form, id }: { form: RecordFormState; id: RecordId }) {
  const { t } = useTranslation("sales");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const format = useFormat();
  const { entity, lines, values, dirty } = form;
  const currency = String(form.base?.currency ?? "");
  const field = entity.lines!.field;
  const text = useDebounced(dirty ? JSON.stringify(bodyOf(entity, lines, values, null).body[field] ?? []) : "", STILL);
  const { data, error } = useQuery({
    queryKey: keyOf(slug, entity.key, "change", [id, text]),
    queryFn: ({ signal }) => fetchChange(entity, id, JSON.parse(text), signal),
    enabled: text !== "",
    retry: false,
    gcTime: 30_000,
  });
  const effects = text === "" ? [] : (data?.lines ?? []);
  return (
    <section className="so-outlook" aria-live="polite">
      <h2>{t("change.title")}</h2>
      {error ? <p className="so-say"><Mark kind="warn" /><span>{problemText(error, said)}</span></p> : null}
      {!error && effects.length === 0 && <p className="sub">{t("change.nothing")}</p>}
      {!error && text !== "" && data?.value && data.value.beyond.length > 0 && <BeyondNote beyond={data.value.beyond} title={t("change.needs")} />}
      {!error && text !== "" && data?.charge && <ChargeNote charge={data.charge} />}
      {effects.map((effect) => <Effect key={effect.line ?? `n${effect.position}`} effect={effect} />)}
      {!error && text !== "" && data?.value && data.value.before !== data.value.after && (
        <div className="so-say"><p className="grow"><b>{t("change.value")}</b><span className="num"><del>{format.money(data.value.before, currency)}</del> {format.money(data.value.after, currency)}</span></p></div>
      )}
      {!error && effects.length > 0 && <TextField label={t("change.reason")} value={String(values.change_reason ?? "")} onChange={(event) => form.setValue("change_reason", event.target.value)} maxLength={500} />}
    </section>
  );
}

export function Effect({ effect: { before, after, surplus, bills } }: { effect: LineEffect }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const amount = (value: string) => `${format.quantity(value)} ${after.unit}`;
  const missing = Number(after.open_quantity) - Number(after.reserved) - Number(after.coming);
  const pair = (was: string | undefined, now: string) => (was !== undefined && was !== now ? <><del>{was}</del> {now}</> : now);
  return (
    <div className="so-say">
      <Mark kind={surplus.length > 0 || bills.length > 0 ? "late" : missing > 0 ? "warn" : "done"} />
      <p className="grow">
        <b>{after.product}</b>
        <span>{t("change.open")} <span className="num">{pair(before ? amount(before.open_quantity) : undefined, amount(after.open_quantity))}</span></span>
        {Number(after.invoiced) > 0 && <span>{t("change.invoiced")} <span className="num">{amount(after.invoiced)}</span></span>}
        <span>{t("change.locked")} <span className="num">{pair(before ? amount(before.reserved) : undefined, amount(after.reserved))}</span></span>
        {Number(after.coming) > 0 && <span>{t("change.coming")} <span className="num">{amount(after.coming)}</span></span>}
        {after.promised_on && <span>{t("change.date")} <span className="num">{pair(before?.promised_on ? format.day(before.promised_on) : undefined, format.day(after.promised_on))}</span></span>}
        {surplus.map((one) => (
          <span key={`${one.document.entity}-${one.document.id}`} className="t-bad">{t("change.surplus", { document: one.document.label, quantity: amount(one.quantity), day: format.day(one.due_on) })}</span>
        ))}
        {bills.map((bill) => <span key={bill.id} className="t-bad">{t("change.bill", { document: bill.label })}</span>)}
      </p>
    </div>
  );
}
