/** Good, scrap, rework: by one with a thumb, by many on the keys of the one that is chosen. */
import { Delete, Minus, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Mark, type StatusKind } from "@/ui/status";

export type Count = "good" | "scrap" | "rework";
export type Counts = Record<Count, string>;
export const NONE: Counts = { good: "0", scrap: "0", rework: "0" };
export const COUNTS: readonly Count[] = ["good", "scrap", "rework"];
const MARKS: Record<Count, StatusKind> = { good: "done", scrap: "late", rework: "warn" };
const LONGEST = 9;

/** The count after a key: figures are added behind, a point once. */
export function typed(now: string, key: string): string {
  if (key === "Backspace") return now.slice(0, -1) || "0";
  if (key === ".") return now.includes(".") ? now : `${now}.`;
  const next = now === "0" ? key : now + key;
  return next.length > LONGEST ? now : next;
}

export const stepped = (now: string, by: number): string => String(Math.max(0, Math.round((Number(now) + by) * 1e6) / 1e6));

interface Props {
  counts: Counts;
  chosen: Count;
  onChoose: (which: Count) => void;
  onCount: (which: Count, text: string) => void;
  reworkable: boolean;
}

export function Counters({ counts, chosen, onChoose, onCount, reworkable }: Props) {
  const { t } = useTranslation("production");
  return (
    <div className="fl-counts">
      {COUNTS.filter((which) => reworkable || which !== "rework").map((which) => (
        <section key={which} className={`fl-count${chosen === which ? " on" : ""}`} aria-label={t(`floor.${which}`)}>
          <div className="fl-what"><Mark kind={MARKS[which]} />{t(`floor.${which}`)}</div>
          <div className="fl-value">
            <button type="button" className="fl-tap" aria-label={t("floor.less", { what: t(`floor.${which}`) })} disabled={Number(counts[which]) <= 0} onClick={() => { onChoose(which); onCount(which, stepped(counts[which], -1)); }}><Minus size={28} aria-hidden /></button>
            <button type="button" className={`fl-number${Number(counts[which]) > 0 ? "" : " none"}`} aria-pressed={chosen === which} aria-label={`${t(`floor.${which}`)} ${counts[which]}`} onClick={() => onChoose(which)}>{counts[which]}</button>
            <button type="button" className="fl-tap" aria-label={t("floor.more", { what: t(`floor.${which}`) })} onClick={() => { onChoose(which); onCount(which, stepped(counts[which], 1)); }}><Plus size={28} aria-hidden /></button>
          </div>
        </section>
      ))}
    </div>
  );
}

export function CountKeys({ onKey }: { onKey: (key: string) => void }) {
  const { t } = useTranslation("production");
  const key = (value: string) => <button key={value} type="button" className="fl-key" onClick={() => onKey(value)}>{value}</button>;
  return (
    <div className="fl-keys wide" role="group" aria-label={t("floor.keys")}>
      {["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"].map(key)}
      {key(".")}
      <button type="button" className="fl-key" aria-label={t("floor.delete")} onClick={() => onKey("Backspace")}><Delete size={26} aria-hidden /></button>
    </div>
  );
}
