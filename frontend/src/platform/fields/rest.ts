/** Heavy parts of a page come once it stands and has nothing else to do, or as soon as they are wanted. */

const STANDS = 400;
let wanted = false;
const waiting = new Set<() => void>();

/** Somebody turns to one of those parts: no more waiting. */
export function hurry(): void {
  wanted = true;
  for (const go of waiting) go();
  waiting.clear();
}

export function atRest(): Promise<void> {
  return new Promise((resolve) => {
    if (wanted || typeof requestIdleCallback === "undefined") return resolve();
    waiting.add(resolve);
    setTimeout(() => requestIdleCallback(() => resolve(), { timeout: 2000 }), STANDS);
  });
}
