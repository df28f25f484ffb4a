/** A scanner that types (keyboard wedge): what ends with Enter and comes faster than a hand, or has letters in it, is a code; single figures are for the keypad. Fields of the page keep what is typed into them. */
import { useEffect, useRef } from "react";

/** Milliseconds between two keys: scanners send one every 1–30, hands hardly one in 90. */
const BURST = 90;
/** A code with letters may come slowly, from a tired handheld; nobody types letters here by hand. */
const PATIENCE = 1000;
const SHORTEST = 3;
const figures = (keys: string[]) => keys.every((key) => /[0-9.,]/.test(key));

interface Wedge {
  onScan: (code: string) => void;
  onKey: (key: string) => void;
}

export function useWedge({ onScan, onKey }: Wedge): void {
  const heard = useRef({ onScan, onKey });
  heard.current = { onScan, onKey };
  useEffect(() => {
    let keys: string[] = [];
    let last = 0;
    let timer = 0;
    const byHand = () => {
      if (figures(keys)) for (const key of keys) heard.current.onKey(key);
      keys = [];
    };
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if ((event.target as Element | null)?.closest("input,textarea,select,[role=dialog]")) return;
      const fast = event.timeStamp - last < (figures(keys) ? BURST : PATIENCE);
      last = event.timeStamp;
      clearTimeout(timer);
      if (event.key === "Enter") {
        if (fast && keys.length >= SHORTEST) {
          const code = keys.join("");
          keys = [];
          event.preventDefault();
          heard.current.onScan(code);
          return;
        }
        byHand();
        if ((event.target as Element | null)?.closest("button,a")) return;
        event.preventDefault();
        heard.current.onKey("Enter");
        return;
      }
      if (event.key.length !== 1 && event.key !== "Backspace") return;
      if (!fast) byHand();
      if (event.key === "Backspace") heard.current.onKey("Backspace");
      else keys.push(event.key);
      timer = window.setTimeout(byHand, figures(keys) ? BURST : PATIENCE);
    };
    document.addEventListener("keydown", press);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("keydown", press);
    };
  }, []);
}
