/** Two that are one though they are not called alike. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemText, RefSelect } from "@/platform/records";
import type { Ref } from "@/platform/records/types";
import { Button, useBusy } from "@/ui/button";
import { toast } from "@/ui/overlay/toast";
import { fetchPair, type Group } from "./api";

export function AnyTwo({ onFound, onClose }: { onFound: (group: Group) => void; onClose: () => void }) {
  const { t } = useTranslation("duplicates");
  const { t: said } = useTranslation("records");
  const [one, setOne] = useState<Ref | null>(null);
  const [other, setOther] = useState<Ref | null>(null);
  const [busy, run] = useBusy();
  const look = () => run(async () => {
    try {
      const group = await fetchPair([Number(one!.id), Number(other!.id)]);
      if (group) onFound(group);
    } catch (problem) {
      toast({ text: problemText(problem, said), tone: "bad" });
    }
  });
  return (
    <div className="du-two">
      <RefSelect entity="shared.party" value={one} onChange={setOne} aria-label={t("one")} placeholder={t("one")} autoFocus />
      <RefSelect entity="shared.party" value={other} onChange={setOther} aria-label={t("other")} placeholder={t("other")} />
      <Button variant="primary" busy={busy} disabled={!one || !other || one.id === other.id} onClick={() => void look()}>{t("look")}</Button>
      <Button variant="text" onClick={onClose}>{t("cancel")}</Button>
    </div>
  );
}
