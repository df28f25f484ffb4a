/** Asks the server what a code is. Codes are answered in the order in which they were scanned, and each answer is heard
 * by the screen as it stands by then: two quick scans are two pieces. */
import { useCallback, useRef } from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";
import { problemText } from "@/platform/records";
import { fetchScanned, type Scanned } from "../api/scanning";

type Heard = (answer: Scanned, code: string) => void;

export function useAsk(onAnswer: Heard, say: (good: boolean, text: string) => void): (code: string) => void {
  const { t: words } = useTranslation("records");
  const heard = useRef<Heard>(onAnswer);
  heard.current = onAnswer;
  const last = useRef(Promise.resolve());
  return useCallback((code: string) => {
    last.current = last.current.then(() => fetchScanned(code)).then(
      (answer) => flushSync(() => heard.current(answer, code)),
      (error: unknown) => say(false, problemText(error, words)),
    );
  }, [say, words]);
}
