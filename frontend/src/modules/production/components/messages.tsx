/** Exceptions, grouped by what one would do about them, the most harmful kind first. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { Mark } from "@/ui/status";
import type { Message } from "../api/planning";
import { groupMessages } from "./message-groups";

export function Messages({ messages }: { messages: Message[] }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  if (messages.length === 0) return <p className="dim pr-pad" style={{ paddingTop: 14 }}>{t("plan.noExceptions")}</p>;
  return (
    <>
      {groupMessages(messages).map((group) => (
        <section key={group.kind} className="pr-group">
          <h3>{t(`plan.${group.kind}`)}<em>{group.messages.length}</em></h3>
          {group.messages.map((message) => (
            <div key={message.id} className="pr-msg">
              <p><Mark kind={group.mark} /><EntityLink entity={message.source.entity} id={message.source.id}><b className="medium">{message.source.label || message.product.name}</b></EntityLink></p>
              <p className="sub"><span className="ell">{format.quantity(message.quantity)} × {message.product.name} <span className="dim">{message.product.label}</span></span></p>
              <p className="xs dim">{message.needed_on ? t("plan.neededOn", { due: format.day(message.due_on), needed: format.day(message.needed_on) }) : t("plan.notNeeded", { due: format.day(message.due_on) })}</p>
            </div>
          ))}
        </section>
      ))}
    </>
  );
}
