/** The work instruction in front of the worker: one step after the other, with its picture, large enough for arm's length. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { problemText } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Dialog } from "@/ui/overlay/dialog";
import { Media } from "../esop/media";
import { fetchInstruction } from "../api/terminal";
import "./read-instruction.css";

interface Props { operation: number; read: boolean; onRead: () => void; onClose: () => void }

export function ReadInstruction({ operation, read, onRead, onClose }: Props) {
  const { t, i18n } = useTranslation("production");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const { data, error } = useQuery({ queryKey: keyOf(slug, "production.instruction", "told", String(operation)), queryFn: ({ signal }) => fetchInstruction(operation, signal) });
  const zh = i18n.language.startsWith("zh");
  return (
    <Dialog open width={900} title={data ? <>{zh ? data.title_zh : data.title} <span className="dim">{t("instruction.version", { revision: data.revision })}</span></> : t("instruction.open")} onClose={onClose}
      foot={read ? undefined : <button type="button" className="fl-do pri" disabled={!data} onClick={onRead}>{t("instruction.confirm")}</button>}>
      {error && <p className="t-bad" role="alert">{problemText(error, said)}</p>}
      <ol className="ri-steps">
        {data?.steps.map((step, index) => (
          <li key={index}>
            <span className="ri-number">{index + 1}</span>
            <div>
              <p>{zh ? step.text_zh : step.text}</p>
              {step.caution && <p className="ri-caution">{step.caution}</p>}
              {step.picture && <Media source={`${step.picture}?inline=1`} name={step.name} alt={zh ? step.text_zh : step.text} />}
            </div>
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
