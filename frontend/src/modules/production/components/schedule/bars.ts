/** What the schedule draws, of what the server says: rows of work centres, bars where they stand or would stand. */
import type { ScheduleBar } from "@/ui/scheduler/scheduler";
import type { Span } from "@/ui/scheduler/scale";
import type { Centre, PlannedOperation, ScheduleProposal } from "../../api/schedule";

/** The row of work that is done outside: all of it in one line, at suppliers. */
export const OUTSIDE = "outside";

export const ms = (moment: string): number => Date.parse(moment);
export const rowOf = (centre: number | null): string => (centre === null ? OUTSIDE : String(centre));
export const windowsOf = (centre: Centre): Span[] => centre.time.map(([start, end]) => [ms(start), ms(end)]);
export const loadsOf = (centre: Centre): number[] => centre.days.map((day) => (day.capacity ? day.planned / day.capacity : day.planned ? 2 : 0));

/** Over all days: minutes planned of minutes that could be. */
export function loadOf(centre: Centre): number {
  const capacity = centre.days.reduce((sum, day) => sum + day.capacity, 0);
  const planned = centre.days.reduce((sum, day) => sum + day.planned, 0);
  return capacity ? planned / capacity : planned ? 1 : 0;
}

export function barsOf(operations: readonly PlannedOperation[], proposal: ScheduleProposal | null, mayMove: boolean, labelOf: (operation: PlannedOperation) => string, textOf: (operation: PlannedOperation) => string): ScheduleBar[] {
  const elsewhere = new Map(proposal?.bars.map((bar) => [bar.id, bar]));
  const late = new Map(proposal?.slips.map((slip) => [slip.order.id, slip.late]));
  return operations.map((operation) => {
    const wanted = elsewhere.get(operation.id);
    return {
      key: operation.id,
      row: rowOf(wanted ? wanted.centre : operation.centre),
      lane: (wanted ?? operation).machine - 1,
      start: ms((wanted ?? operation).start),
      end: ms((wanted ?? operation).end),
      title: operation.status === "held" ? operation.order.label : shortNumber(operation.order.label),
      // Said of what is in sight only: dates are slow to write.
      get text() { return textOf(operation); },
      get label() { return labelOf(operation); },
      tone: (late.get(operation.order.id) ?? operation.late) ? "late" : operation.status === "waiting" || operation.status === "held" ? "plan" : "run",
      done: operation.done,
      fixed: operation.fixed || operation.status !== "waiting",
      proposed: wanted !== undefined,
      movable: mayMove && operation.status === "waiting" && operation.centre !== null,
    };
  });
}

/** WO-26-00012 → 00012: what all bars share is said once, in the menu. */
export const shortNumber = (number: string): string => number.split("-").at(-1) ?? number;
