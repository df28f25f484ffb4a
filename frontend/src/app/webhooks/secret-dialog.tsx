/** A secret, shown once. */
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/overlay/dialog";

export function SecretDialog({ secret, note, onClose }: { secret: string; note?: string; onClose: () => void }) {
  const { t } = useTranslation("webhooks");
  const [copied, setCopied] = useState(false);
  return (
    <Dialog open sticky width={560} title={t("secret_title")} onClose={onClose} foot={<Button variant="primary" onClick={onClose}>{t("secret_kept")}</Button>}>
      <p>{t("secret_why")}</p>
      {note && <p className="sub">{note}</p>}
      <div className="hook-secret">
        <code>{secret}</code>
        <Button size="small" icon={copied ? <Check size={14} /> : <Copy size={14} />} onClick={() => void navigator.clipboard.writeText(secret).then(() => setCopied(true))}>{t(copied ? "copied" : "copy")}</Button>
      </div>
    </Dialog>
  );
}
