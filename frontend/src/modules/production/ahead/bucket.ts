/** Weeks by their number in the year (ISO 8601), months by name. */
import type { Bucket, Size } from "./api";

export function weekNumber(monday: string): number {
  const thursday = new Date(Date.parse(`${monday}T00:00:00Z`) + 3 * 86_400_000);
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.floor((thursday.getTime() - first) / (7 * 86_400_000)) + 1;
}

export const bucketName = (bucket: Bucket, size: Size, language: string, week: (number: number) => string): string =>
  size === "week"
    ? week(weekNumber(bucket.since))
    : new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en", { month: "short", year: "2-digit", timeZone: "UTC" }).format(new Date(`${bucket.since}T00:00:00Z`));
