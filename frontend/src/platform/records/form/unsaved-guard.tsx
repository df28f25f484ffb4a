/** Leaving a form with something typed: asks once, says that the draft stays, and lets go. */
import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/overlay/dialog";

interface UnsavedGuardProps {
  active: boolean;
  /** Whether the browser keeps the draft. */
  kept: boolean;
  onDiscard: () => void;
}

export function UnsavedGuard({ active, kept, onDiscard }: UnsavedGuardProps) {
  const { t } = useTranslation("records");
  const { status, proceed, reset } = useBlocker({ shouldBlockFn: () => active, enableBeforeUnload: () => active && !kept, withResolver: true });
  if (status !== "blocked") return null;
  return (
    <Dialog open onClose={reset} title={t("guard.title")}
      foot={<>
        <Button variant="text" onClick={() => { onDiscard(); proceed(); }}>{t("guard.discard")}</Button>
        <span className="grow" />
        <Button onClick={reset}>{t("guard.stay")}</Button>
        <Button variant="primary" onClick={proceed} autoFocus>{kept ? t("guard.leaveKept") : t("guard.leave")}</Button>
      </>}>
      {kept ? t("guard.kept") : t("guard.notKept")}
    </Dialog>
  );
}
