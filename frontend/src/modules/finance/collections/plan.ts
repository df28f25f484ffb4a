/** Days and shares of the collection plan. */

/** So many days after a day, both as YYYY-MM-DD. */
export function afterDays(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** What of the plan came, in whole per cent: 100 only when all of it did. */
export function share(settled: string, planned: string): number {
  const whole = Number(planned);
  if (whole <= 0) return 0;
  const percent = (Number(settled) / whole) * 100;
  return percent >= 100 ? 100 : Math.max(Math.min(Math.round(percent), 99), 0);
}
