/** What a report of work takes and leaves, before it is sent. Proportions for reading; the server counts the decimals. */
import { add, compare, parseDecimal, subtract } from "@/platform/fields/decimal/exact";

export interface Material {
  product: { id: number; label: string };
  required: string;
  issued: string;
}

const number = (typed: string): string => parseDecimal(typed) ?? "0";

export interface ReportOutlook {
  pieces: string;
  left: string;
  /** More than is left to make. */
  tooMany: boolean;
  finishes: boolean;
  /** Nothing was typed that could be reported. */
  empty: boolean;
  takes: { id: number; label: string; quantity: number }[];
}

export function outlookOf(order: { quantity: string; completed: string; scrapped: string }, materials: Material[], good: string, scrap: string, minutes: string): ReportOutlook {
  const open = subtract(subtract(order.quantity, order.completed), order.scrapped);
  const pieces = add(number(good), number(scrap));
  const left = subtract(open, pieces);
  const after = (Number(order.quantity) - Number(left)) / Number(order.quantity || 1);
  const takes = compare(pieces, "0") <= 0 ? [] : materials.flatMap((one) => {
    const quantity = Math.round((Math.min(1, after) * Number(one.required) - Number(one.issued)) * 1000) / 1000;
    return quantity > 0 ? [{ id: one.product.id, label: one.product.label, quantity }] : [];
  });
  return {
    pieces, left, tooMany: compare(left, "0") < 0, finishes: compare(left, "0") === 0,
    empty: compare(pieces, "0") <= 0 && compare(number(minutes), "0") <= 0, takes,
  };
}
