/** Why a change of an order needs somebody else's approval. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { Mark } from "@/ui/status";
import type { Beyond } from "../api/change";

export function BeyondNote({ beyond, title }: { beyond: Beyond[]; title: string }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const figure = (one: Beyond, value: string | undefined) => (value === undefined || value === "" ? "–" : one.limit === "amount" ? format.money(value) : `${format.quantity(value)}\u00a0%`);
  return (
    <div className="so-say">
      <Mark kind="warn" />
      <p className="grow">
        <b>{title}</b>
        {beyond.map((one) => <span key={one.limit} className="sub">{t(`change.beyond_${one.limit}`, { is: figure(one, one.is), allowed: figure(one, one.allowed) })}</span>)}
      </p>
    </div>
  );
}
