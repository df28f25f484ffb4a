/** Lines that are filled by scanning, one piece a scan: receiving an order, filling a box. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { add, compare, isZero, subtract, trimZeros } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import type { Ref } from "@/platform/records/types";
import { isProduct } from "../api/scanning";
import { useAsk } from "./ask";
import { CountField } from "./count-field";
import { WeighField } from "./weigh-field";

export interface Line {
  id: number;
  product: Ref;
  barcode: string;
  unit: string;
  /** How much may still go in. */
  left: string;
  /** Of goods whose pieces vary: the unit in which each is weighed. */
  second?: string;
}

export type Filled = ReadonlyMap<number, string>;

type Say = (good: boolean, text: string) => void;

export function useFill(lines: readonly Line[], say: Say) {
  const { t } = useTranslation("inventory");
  const format = useFormat();
  const [filled, setFilled] = useState<Filled>(new Map());
  const [weights, setWeights] = useState<Filled>(new Map());
  const [steps, setSteps] = useState<{ id: number; before: string; weight: string | undefined }[]>([]);
  const of = (id: number) => filled.get(id) ?? "0";
  const set = (line: Line, value: string) => {
    setSteps([...steps, { id: line.id, before: of(line.id), weight: weights.get(line.id) }]);
    setFilled(new Map(filled).set(line.id, value));
  };
  const more = (line: Line) => {
    const rest = subtract(line.left, of(line.id));
    if (compare(rest, "0") <= 0) return say(false, t("scan.enough", { code: line.product.label }));
    const value = add(of(line.id), compare(rest, "1") < 0 ? rest : "1");
    set(line, value);
    say(true, t("scan.counted", { product: line.product.label, done: format.quantity(value), of: format.quantity(line.left) }));
  };
  const pick = (fits: (line: Line) => boolean, code: string) => {
    const found = lines.filter(fits);
    const line = found.find((one) => compare(subtract(one.left, of(one.id)), "0") > 0) ?? found[0];
    if (line) more(line);
    else say(false, t("scan.notWanted", { code }));
  };
  const ask = useAsk((answer, code) => answer.kind === "product" ? pick((line) => Number(line.product.id) === answer.id, answer.label) : say(false, t(answer.kind === "none" ? "scan.unknown" : "scan.notWanted", { code })), say);
  const onCode = (code: string) => {
    const fits = (line: Line) => isProduct(code, line.product, line.barcode);
    if (lines.some(fits)) pick(fits, code);
    else ask(code);
  };
  const undo = () => {
    const last = steps.at(-1);
    if (!last) return;
    setSteps(steps.slice(0, -1));
    setFilled(new Map(filled).set(last.id, last.before));
    // What nobody has weighed is without a weight again, not of weight nothing.
    setWeights(new Map([...weights].filter(([id]) => id !== last.id).concat(last.weight === undefined ? [] : [[last.id, last.weight]])));
    say(true, t("scan.undone"));
  };
  const clear = () => { setFilled(new Map()); setWeights(new Map()); setSteps([]); };
  const entries = [...filled].filter(([, quantity]) => !isZero(quantity)).map(([id, quantity]) => ({ id, quantity: trimZeros(quantity), weight: weights.get(id) }));
  const weigh = (line: Line, weight: string) => setWeights(new Map(weights).set(line.id, weight));
  /** One more piece, and what it weighs. */
  const piece = (line: Line, weight: string) => {
    more(line);
    if (compare(of(line.id), line.left) < 0) weigh(line, add(weights.get(line.id) ?? "0", weight));
  };
  /** Lines with pieces that nobody has weighed. */
  const unweighed = lines.filter((line) => line.second && entries.some((entry) => entry.id === line.id && (entry.weight === undefined || isZero(entry.weight))));
  return { of, set, onCode, undo: steps.length > 0 ? undo : undefined, clear, entries, weights, weigh, piece, unweighed };
}

export function FillLines({ lines, fill }: { lines: readonly Line[]; fill: ReturnType<typeof useFill> }) {
  const { t } = useTranslation("inventory");
  const format = useFormat();
  const [open, setOpen] = useState<number | null>(null);
  return lines.map((line) => (
    <div key={line.id}>
      <button type="button" className={`sc-card${open === line.id ? " on" : ""}`} aria-expanded={open === line.id} onClick={() => setOpen(open === line.id ? null : line.id)}>
        <span><b>{line.product.label}</b></span>
        <span className="num">{format.quantity(fill.of(line.id))} <small>/ {format.quantity(line.left)} {line.unit}</small>{line.second && <><br /><small>{format.quantity(fill.weights.get(line.id) ?? "0")} {line.second}</small></>}</span>
      </button>
      {line.second && (open === line.id || !isZero(fill.of(line.id))) && <WeighField line={line} fill={fill} />}
      {open === line.id && <CountField label={t("scan.quantity")} value={fill.of(line.id)} onChange={(value) => fill.set(line, /^\d+(\.\d+)?$/.test(value) ? value : "0")} />}
    </div>
  ));
}
