/** At the right of the editor: what would happen now, and what it comes to. */
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { problemText, type RecordFormState } from "@/platform/records";
import { linesOf, type Line } from "@/platform/records/form/values";
import { useCan, useFeature } from "@/platform/session/session";
import type { Ref } from "@/platform/records/types";
import { Button } from "@/ui/button";
import { Joint } from "@/ui/joint";
import { Bone, Delayed } from "@/ui/states/skeleton";
import { Mark } from "@/ui/status";
import { usePreview } from "./preview";
import { Why } from "./why";
import "./sales.css";

const PromiseDialog = lazy(() => import("./promise-dialog").then((part) => ({ default: part.PromiseDialog })));
const NO_MINOR = new Set(["JPY", "KRW", "VND", "CLP", "ISK", "HUF"]);

export function Outlook({ form }: { form: RecordFormState }) {
  const { t } = useTranslation("sales");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { preview, byLine, error, idle } = usePreview();
  const [asked, setAsked] = useState<Line | null>(null);
  const explains = [useFeature("production.promise"), useCan("production.promise.view")].every(Boolean);
  const lineOf = (key: string) => linesOf(form.entity, form.values).find((line) => line._key === key) ?? null;
  const isQuote = form.entity.key === "crm.quote";
  const stocked = [...byLine.values()].filter((one) => one.now !== null);
  const now = stocked.reduce((all, one) => all + (one.now ?? 0), 0);
  const need = stocked.reduce((all, one) => all + one.need, 0);
  const late = [...byLine.values()].filter((one) => one.late);
  // what comes from stock at once needs no explanation
  const waiting = [...byLine.entries()].filter(([, one]) => (one.now === null || one.now < one.need) && (one.line.reasons?.length ?? 0) > 0);
  const amount = (value: string) => format.amount(value, preview && NO_MINOR.has(preview.currency) ? 0 : 2);
  return (
    <section className="so-outlook" aria-live="polite">
      <h2>{t(isQuote ? "edit.ifOrdered" : "edit.ifConfirmed")}</h2>
      {idle && <p className="sub">{t("edit.idle")}</p>}
      {!idle && !preview && !error && <Delayed><div className="so-bones">{[72, 54, 64].map((width) => <Bone key={width} width={`${width}%`} height={12} />)}</div></Delayed>}
      {error ? <p className="so-say"><Mark kind="warn" /><span>{problemText(error, said)}</span></p> : null}
      {preview && (
        <>
          {stocked.length > 0 && (
            <div className="so-say">
              <Joint fit={need === 0 ? 0 : now / need} />
              <p><b>{t("edit.stock", { now: format.quantity(String(now)), need: format.quantity(String(need)) })}</b>
                <span className="sub">{now >= need ? t("edit.stockAll") : t("edit.stockRest", { rest: format.quantity(String(need - now)) })}</span></p>
            </div>
          )}
          <div className="so-say">
            <Mark kind={late.length > 0 ? "late" : preview.promised_on ? "done" : "warn"} />
            <p><b>{preview.promised_on ? t("edit.promise", { day: format.near(preview.promised_on) }) : t("edit.noPromise")}</b>
              {form.values.requested_on ? <span className={late.length > 0 ? "t-bad" : "sub"}>{t("edit.wanted", { day: format.day(String(form.values.requested_on)) })}</span> : null}</p>
          </div>
          {waiting.length > 0 && (
            <div className="so-say">
              <Mark kind="open" />
              <div><b>{t("edit.why")}</b>{waiting.map(([key, one]) => (
                <div key={key}>
                  <Why reasons={one.line.reasons} />
                  {explains && <Button size="small" onClick={() => setAsked(lineOf(key))}>{t("chainOf.open")}</Button>}
                </div>
              ))}</div>
            </div>
          )}
          {preview.margin !== undefined && (
            <div className="so-say">
              <Mark kind={preview.margin === null ? "draft" : preview.margin.startsWith("-") ? "late" : "done"} />
              <p><b>{preview.margin_percent === null || preview.margin_percent === undefined ? t("edit.noMargin") : t("edit.margin", { percent: format.percent(preview.margin_percent) })}</b>
                {preview.margin !== null && <span className="sub">{t("edit.earns", { amount: format.money(preview.margin) })}</span>}</p>
            </div>
          )}
          <dl className="so-sums">
            <div><dt>{t("edit.goods")}</dt><dd>{amount(preview.subtotal)}</dd></div>
            {Number(preview.freight) !== 0 && <div><dt>{t("edit.freight")}</dt><dd>{amount(preview.freight)}</dd></div>}
            {preview.taxes.map((tax, index) => <div key={index}><dt className="ell">{tax.label || t("edit.tax", { rate: format.percent(tax.rate, null) })}</dt><dd>{amount(tax.amount)}</dd></div>)}
            <div className="so-total"><dt>{t("edit.total", { currency: preview.currency })}</dt><dd>{amount(preview.total)}</dd></div>
          </dl>
        </>
      )}
      {asked && byLine.get(asked._key) && (
        <Suspense fallback={null}>
          <PromiseDialog product={asked.product as Ref} quantity={byLine.get(asked._key)!.line.base_quantity} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </section>
  );
}
