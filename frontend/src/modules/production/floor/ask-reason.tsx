/** Why: one press on a large button. */
import { useTranslation } from "react-i18next";
import { Dialog } from "@/ui/overlay/dialog";
import type { ReasonKind, TerminalState } from "../api/terminal";

interface Props {
  kind: ReasonKind;
  reasons: TerminalState["reasons"];
  onReason: (reason: number) => void;
  onClose: () => void;
}

export function AskReason({ kind, reasons, onReason, onClose }: Props) {
  const { t } = useTranslation("production");
  const mine = reasons.filter((reason) => reason.kind === kind);
  return (
    <Dialog open width={720} title={t(`floor.why_${kind}`)} onClose={onClose}>
      {mine.length === 0 && <p className="sub">{t("floor.noReasons")}</p>}
      <div className="fl-reasons">{mine.map((reason) => <button key={reason.id} type="button" className="fl-reason" onClick={() => onReason(reason.id)}>{reason.name}</button>)}</div>
    </Dialog>
  );
}
