/** Name of a place on an entity's pages that modules fill: `sales-order.detail.tabs`, `party.detail.panels`. */
import type { EntityMeta } from "./types";

export const slotName = (entity: Pick<EntityMeta, "key">, place: string): string =>
  `${(entity.key.split(".").pop() ?? entity.key).replace(/_/g, "-")}.${place}`;
