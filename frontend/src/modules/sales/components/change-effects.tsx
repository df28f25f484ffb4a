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
import { Mark } from "@/ui/status";
import { fetchChange, type LineEffect } from "../api/change";
import { ChargeNote } from "./charge-note";
import "./sales.css";

const STILL = 400;

export function ChangeEffects({ form, id }: { form: RecordFormState; id: RecordId }) {
  const { t } = useTranslation("sales");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const { entity, lines, values, dirty } = form;
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
      {!error && text !== "" && data?.charge && <ChargeNote charge={data.charge} />}
      {effects.map((effect) => <Effect key={effect.line ?? `n${effect.position}`} effect={effect} />)}
    </section>
  );
}

export function Effect({ effect: { before, after, surplus } }: { effect: LineEffect }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const amount = (value: string) => `${format.quantity(value)} ${after.unit}`;
  const missing = Number(after.open_quantity) - Number(after.reserved) - Number(after.coming);
  const pair = (was: string | undefined, now: string) => (was !== undefined && was !== now ? <><del>{was}</del> {now}</> : now);
  return (
    <div className="so-say">
      <Mark kind={surplus.length > 0 ? "late" : missing > 0 ? "warn" : "done"} />
      <p className="grow">
        <b>{after.product}</b>
        <span>{t("change.open")} <span className="num">{pair(before ? amount(before.open_quantity) : undefined, amount(after.open_quantity))}</span></span>
        <span>{t("change.locked")} <span className="num">{pair(before ? amount(before.reserved) : undefined, amount(after.reserved))}</span></span>
        {Number(after.coming) > 0 && <span>{t("change.coming")} <span className="num">{amount(after.coming)}</span></span>}
        {after.promised_on && <span>{t("change.date")} <span className="num">{pair(before?.promised_on ? format.day(before.promised_on) : undefined, format.day(after.promised_on))}</span></span>}
        {surplus.map((one) => (
          <span key={`${one.document.entity}-${one.document.id}`} className="t-bad">{t("change.surplus", { document: one.document.label, quantity: amount(one.quantity), day: format.day(one.due_on) })}</span>
        ))}
      </p>
    </div>
  );
}
