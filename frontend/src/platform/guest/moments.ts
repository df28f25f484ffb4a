/** Days and moments as the guest’s own clock has them: there is no company setting to follow. */
import { daysBetween, formatDay, formatMoment, momentParts } from "@/ui/format/date";

const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
export const today = (): string => momentParts(new Date().toISOString(), zone())?.day ?? new Date().toISOString().slice(0, 10);
export const day = (value: string | null | undefined): string => formatDay(value, today());
export const moment = (value: string | null | undefined): string => formatMoment(value, zone(), today());
export const daysLeft = (value: string): number => daysBetween(today(), momentParts(value, zone())?.day ?? today());
