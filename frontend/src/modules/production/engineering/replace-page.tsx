/** Replacing a component in many bills: looked at first, then done as new versions, at once or by an engineering change. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DayField } from "@/platform/fields/date/day-field";
import { parseDecimal } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText, RefSelect } from "@/platform/records";
import type { Ref } from "@/platform/records/types";
import { Button } from "@/ui/button";
import { Field, TextField } from "@/ui/controls";
import { PageHead } from "@/ui/page";
import { toast } from "@/ui/overlay/toast";
import { EmptyState } from "@/ui/states/states";
import { replaceComponent } from "./api";
import "./engineering.css";

export function ReplacePage() {
  const { t } = useTranslation("engineering");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const [component, setComponent] = useState<Ref | null>(null);
  const [replacement, setReplacement] = useState<Ref | null>(null);
  const [ratio, setRatio] = useState("1");
  const [day, setDay] = useState("");
  const [left, setLeft] = useState<Set<number>>(new Set());
  const failed = (failure: unknown) => toast({ tone: "bad", text: problemText(failure, said) });
  const ask = (preview: boolean, products?: number[]) =>
    replaceComponent({ component: component!.id, replacement: replacement!.id, ratio: parseDecimal(ratio) ?? "1", effective_on: day || null, preview, ...(products && { products }) });
  const look = useMutation({ mutationFn: () => ask(true), onSuccess: () => setLeft(new Set()), onError: failed });
  const found = look.data?.results ?? [];
  const taken = found.filter((row) => !left.has(row.product.id)).map((row) => row.product.id);
  const run = useMutation({
    mutationFn: () => ask(false, taken),
    onSuccess: ({ results }) => { toast(t("replace.made", { count: results.length })); look.reset(); },
    onError: failed,
  });
  const changed = <V,>(set: (value: V) => void) => (value: V) => { set(value); look.reset(); run.reset(); };
  const done = run.data;
  return (
    <div className="page">
      <PageHead title={t("replace.title")} />
      <div className="en-pane">
        <div className="en-pick">
          <Field label={t("replace.component")}>{(ids) => <RefSelect id={ids.id} entity="shared.product" filter={{ kind: "goods" }} value={component} onChange={changed(setComponent)} />}</Field>
          <Field label={t("replace.by")}>{(ids) => <RefSelect id={ids.id} entity="shared.product" filter={{ kind: "goods" }} value={replacement} onChange={changed(setReplacement)} />}</Field>
          <TextField label={t("replace.ratio")} inputMode="decimal" autoComplete="off" value={ratio} onChange={(event) => changed(setRatio)(event.target.value)} />
          <DayField label={t("replace.day")} value={day} onChange={changed(setDay)} />
          <Button disabled={!component || !replacement || !parseDecimal(ratio)} busy={look.isPending} onClick={() => look.mutate()}>{t("replace.look")}</Button>
        </div>
        <p className="sub">{day ? t("replace.byChange", { day: format.day(day) }) : t("replace.atOnce")}</p>
        {look.isSuccess && found.length === 0 && <EmptyState inline title={t("replace.none")}>{t("replace.noneWhy")}</EmptyState>}
        {found.length > 0 && (
          <>
            <ul className="en-rows">
              {found.map((row) => (
                <li key={row.bom.id}>
                  <input type="checkbox" aria-label={row.product.label} checked={!left.has(row.product.id)}
                    onChange={() => setLeft((before) => { const next = new Set(before); if (!next.delete(row.product.id)) next.add(row.product.id); return next; })} />
                  <EntityLink entity="production.bom" id={row.bom.id}><b className="medium">{row.product.label}</b></EntityLink>
                  <span className="sub ell">{row.product.name}</span>
                  <span className="dim xs">{t("replace.version", { revision: row.bom.label })}</span>
                  <span className="grow" />
                  <span className="num"><del>{format.quantity(row.before)}</del> → {format.quantity(row.after)} {row.unit}</span>
                </li>
              ))}
            </ul>
            <p><Button variant="primary" disabled={taken.length === 0} busy={run.isPending} onClick={() => run.mutate()}>{t("replace.run", { count: taken.length })}</Button></p>
          </>
        )}
        {done && (
          <>
            {done.change && <p>{t("replace.change")} <EntityLink entity="production.change" id={done.change.id}>{done.change.label}</EntityLink></p>}
            <ul className="en-rows">
              {done.results.map((row) => row.made && (
                <li key={row.made.id}><EntityLink entity="production.bom" id={row.made.id}><b className="medium">{row.product.label}</b></EntityLink><span className="dim xs">{t("replace.version", { revision: row.made.label })}</span></li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}
