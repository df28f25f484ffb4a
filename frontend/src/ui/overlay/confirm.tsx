/** Asks before something that cannot be taken back: `await confirm({ title, body, action, danger })`. */
import { useSyncExternalStore, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Dialog } from "./dialog";

export interface Question {
  title: ReactNode;
  body?: ReactNode;
  /** Verb and object: "Delete draft". */
  action: string;
  /** "Keep draft". */
  keep?: string;
  danger?: boolean;
}

let asked: (Question & { answer: (yes: boolean) => void }) | null = null;
const listeners = new Set<() => void>();
const tell = () => listeners.forEach((listener) => listener());

export function confirm(question: Question): Promise<boolean> {
  asked?.answer(false);
  return new Promise((resolve) => {
    asked = {
      ...question,
      answer: (yes) => {
        asked = null;
        tell();
        resolve(yes);
      },
    };
    tell();
  });
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function ConfirmHost() {
  const { t } = useTranslation("ui");
  const question = useSyncExternalStore(subscribe, () => asked);
  if (!question) return null;
  return (
    <Dialog
      open
      onClose={() => question.answer(false)}
      title={question.title}
      foot={
        <>
          <Button onClick={() => question.answer(false)} autoFocus={question.danger}>{question.keep ?? t("cancel")}</Button>
          <Button variant={question.danger ? "danger" : "primary"} onClick={() => question.answer(true)} autoFocus={!question.danger}>{question.action}</Button>
        </>
      }
    >
      {question.body}
    </Dialog>
  );
}
