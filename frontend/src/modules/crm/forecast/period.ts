/** Months "2026-11" and quarters "2026-Q4", as the forecast names them. */
export type Span = "month" | "quarter";

export const spanOf = (period: string): Span => (period.includes("Q") ? "quarter" : "month");

export function periodOf(day: string, span: Span): string {
  return span === "month" ? day.slice(0, 7) : `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
}

/** The period so many after this one. */
export function shifted(period: string, by: number): string {
  const each = spanOf(period) === "quarter" ? 3 : 1;
  const year = Number(period.slice(0, 4));
  const first = each === 3 ? Number(period.slice(6)) * 3 - 2 : Number(period.slice(5));
  const months = year * 12 + first - 1 + by * each;
  const month = (months % 12) + 1;
  return periodOf(`${Math.floor(months / 12)}-${String(month).padStart(2, "0")}-01`, each === 3 ? "quarter" : "month");
}
