/** Finance style: negatives in brackets, an invisible bracket on the others so that digits line up, zero as a dash. */
import { formatNumber } from "./format/number";

export function Accounting({ value, places = 2 }: { value: string | null | undefined; places?: number }) {
  const text = formatNumber(value, { places, dashZero: true });
  if (text.startsWith("\u2212")) return <span>({text.slice(1)})</span>;
  return (
    <span>
      {text}
      {text !== "" && <span className="bracket" aria-hidden>)</span>}
    </span>
  );
}
