/** A change of a what-if in one line. */
import type { TFunction } from "i18next";
import type { Change } from "./api";

interface Formats {
  quantity: (value: string) => string;
  day: (value: string) => string;
  moment: (value: string) => string;
  money: (value: string) => string;
}

export function changeWords(change: Change, t: TFunction<"whatif">, format: Formats): string {
  const { order_line: line } = change;
  const parts: string[] = [];
  if (change.kind === "line") {
    if (change.quantity !== null && Number(change.quantity) === 0) parts.push(t("calledOff"));
    else if (change.quantity !== null) parts.push(t("insteadOf", { now: format.quantity(change.quantity), was: line ? format.quantity(line.quantity) : "–" }));
    if (change.on) parts.push(t("dayInsteadOf", { now: format.day(change.on), was: line?.on ? format.day(line.on) : "–" }));
  }
  if (change.kind === "order") {
    parts.push(t("extra", { quantity: format.quantity(change.quantity ?? "0"), day: format.day(change.on ?? "") }));
    if (change.price) parts.push(t("at", { price: format.money(change.price) }));
  }
  if (change.kind === "overtime" || change.kind === "stop") {
    const [since, until] = [format.moment(change.starts_at ?? ""), format.moment(change.ends_at ?? "")];
    const day = since.slice(0, since.lastIndexOf(" ") + 1);
    parts.push(t("span", { since, until: until.startsWith(day) ? until.slice(day.length) : until }));
    if (change.price) parts.push(t("anHour", { price: format.money(change.price) }));
  }
  if (change.kind === "supplier") {
    if (change.price) parts.push(t("at", { price: format.money(change.price) }));
    if (change.lead_days !== null) parts.push(t("leadDays", { count: change.lead_days }));
  }
  if (change.kind === "planning") {
    if (change.safety_stock !== null) parts.push(t("safetyOf", { quantity: format.quantity(change.safety_stock) }));
    if (change.order_min !== null) parts.push(t("minimumOf", { quantity: format.quantity(change.order_min) }));
    if (change.order_multiple !== null) parts.push(t("multipleOf", { quantity: format.quantity(change.order_multiple) }));
    if (change.lead_days !== null) parts.push(t("leadDays", { count: change.lead_days }));
  }
  return parts.join(t("comma"));
}

/** What a change is about. */
export function subjectOf(change: Change): string {
  if (change.kind === "line") return change.order_line?.label ?? "–";
  if (change.work_centre) return change.work_centre.label;
  return [change.product?.label, change.party?.label].filter(Boolean).join(" · ");
}
