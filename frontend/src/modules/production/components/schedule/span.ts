/** How long, in the unit that people would say: days from two on, hours from one on. */
export function spanOf(minutes: number): ["days" | "hours" | "minutes", number] {
  if (minutes >= 2 * 1440) return ["days", Math.round(minutes / 144) / 10];
  if (minutes >= 60) return ["hours", Math.round(minutes / 6) / 10];
  return ["minutes", minutes];
}
