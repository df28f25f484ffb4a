/** Beside a line that is typed: how much of it is in stock, when all of it can be there; below: what will be late, and ways out. */
import { useTranslation } from "react-i18next";
import { compare, subtract } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import type { RecordFormState } from "@/platform/records";
import { linesOf, newLineKey, type Line } from "@/platform/records/form/values";
import type { Ref } from "@/platform/records/types";
import { Button } from "@/ui/button";
import { Cover } from "@/ui/cover";
import { Mark } from "@/ui/status";
import { splitLine } from "./preview-of";
import { usePreview } from "./preview";
import "./sales.css";

export function LineStock({ line }: { line: Line }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const found = usePreview().byLine.get(line._key);
  if (!found || found.now === null) return <span className="dim">–</span>;
  const { now, need, late } = found;
  const words = t("edit.cover", { now: format.quantity(String(now)), need: format.quantity(String(need)) });
  return (
    <span className="so-cover" title={words}>
      <Cover label={words} parts={[{ kind: "lock", share: now }, { kind: late ? "short" : "in", share: need - now }]} />
      <span aria-hidden>{format.quantity(String(now))}<span className="dim">/{format.quantity(String(need))}</span></span>
    </span>
  );
}

export function LineDate({ line }: { line: Line }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const found = usePreview().byLine.get(line._key);
  if (!found) return <span className="dim">–</span>;
  return <span className={found.late ? "t-bad" : undefined}>{found.line.promised_on ? format.near(found.line.promised_on) : t("edit.noDate")}</span>;
}

/** What the server would put where nothing is typed. */
export function useExpected() {
  const { byLine } = usePreview();
  return (line: Line, _index: number, path: string): unknown => {
    const found = byLine.get(line._key)?.line;
    return found ? (found as unknown as Record<string, unknown>)[path] ?? undefined : undefined;
  };
}

export function LateLines({ form }: { form: RecordFormState }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const { byLine } = usePreview();
  const { entity } = form;
  const lines = linesOf(entity, form.values);
  const put = (next: Line[]) => form.setValue(entity.lines!.field, next);
  return lines.map((line) => {
    const found = byLine.get(line._key);
    if (!found?.late) return null;
    const { promised_on: on, base_quantity: base } = found.line;
    const product = (line.product as Ref).label;
    const there = format.quantity(String(found.now ?? 0));
    const inStockUnit = compare(String(line.quantity), base) === 0;
    return (
      <div key={line._key} className="so-late" role="status">
        <Mark kind="late" />
        <p className="grow">
          <b>{on ? t("edit.late", { product, need: format.quantity(String(found.need)), day: format.day(on) }) : t("edit.never", { product })}</b>{" "}
          <span>{found.now ? t("edit.lateNow", { now: there }) : ""}{t("edit.lateWanted", { day: format.day(found.wanted!) })}</span>
        </p>
        {on && found.now && found.now < found.need && inStockUnit ? (
          <Button size="small" onClick={() => put(splitLine(lines, line._key, String(found.now), subtract(String(line.quantity), String(found.now)), newLineKey()))}>{t("edit.split")}</Button>
        ) : null}
        {on && <Button size="small" onClick={() => put(lines.map((one) => (one._key === line._key ? { ...one, requested_on: on } : one)))}>{t("edit.accept", { day: format.day(on) })}</Button>}
      </div>
    );
  });
}
