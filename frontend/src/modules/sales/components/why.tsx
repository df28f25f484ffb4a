/** What a date stands on, one sentence a step. */

export function Why({ reasons }: { reasons: string[] | undefined }) {
  if (!reasons || reasons.length === 0) return null;
  return <ul className="so-why">{reasons.map((reason, index) => <li key={index}>{reason}</li>)}</ul>;
}
