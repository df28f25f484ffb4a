/** The day of a moment where the person is: a right that ends at night ends on that day, not on the next one of UTC. */
import { useMe, useTenant } from "@/platform/session/session";
import { daysBetween, momentParts } from "@/ui/format/date";

export function useDay() {
  const { time_zone: zone } = useMe();
  const { today, time_zone: usual } = useTenant();
  const day = (moment: string): string => momentParts(moment, zone || usual)?.day ?? moment.slice(0, 10);
  /** Days from today on; negative for what is past. */
  const ahead = (moment: string): number => daysBetween(today, day(moment));
  return { day, ahead };
}
