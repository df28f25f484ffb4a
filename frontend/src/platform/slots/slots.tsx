/** Places on platform pages that modules fill (`party.detail.tabs`). A module that is off fills nothing. */
import { Fragment, type ComponentType } from "react";
import { useSession } from "@/platform/session/session";

export interface SlotFill<P = Record<string, unknown>> {
  /** Unique inside the slot; also the tab's key where the slot is a row of tabs. */
  key: string;
  component: ComponentType<P>;
  /** i18n key (`namespace:key`) of the tab or panel head. */
  title?: string;
  order?: number;
  /** Shown only while the company has this feature. */
  feature?: string;
  /** Shown only to people with this permission. */
  permission?: string;
}

const fills = new Map<string, SlotFill<never>[]>();

export function registerSlot<P>(slot: string, fill: SlotFill<P>): void {
  const others = (fills.get(slot) ?? []).filter((known) => known.key !== fill.key);
  fills.set(slot, [...others, fill as SlotFill<never>].sort((a, b) => (a.order ?? 100) - (b.order ?? 100)));
}

/** The fills of a slot that this person in this company gets to see, in order. */
export function useSlot<P>(slot: string): SlotFill<P>[] {
  const { featureSet, permissionSet } = useSession();
  return ((fills.get(slot) ?? []) as SlotFill<P>[]).filter(
    (fill) => (!fill.feature || featureSet.has(fill.feature)) && (!fill.permission || permissionSet.has(fill.permission)),
  );
}

export function Slot<P extends object>({ name, ...props }: { name: string } & P) {
  const own = useSlot<P>(name);
  return (
    <>
      {own.map((fill) => (
        <Fragment key={fill.key}>
          <fill.component {...(props as unknown as P)} />
        </Fragment>
      ))}
    </>
  );
}
