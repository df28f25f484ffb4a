/** Whole numbers. Kept as text while typed, sent as a number: they are counts, far below 2^53. */
import { asDecimal, decimal, parseNumber } from "../decimal";
import type { FieldModule } from "../types";

export const integer: FieldModule = {
  ...decimal,
  type: "integer",
  width: () => 84,
  parse: (input, _field, env) => parseNumber(input, 0, env),
  toWire: (value) => {
    const text = asDecimal(value);
    return text !== null && Number.isSafeInteger(Number(text)) ? Number(text) : value;
  },
};
