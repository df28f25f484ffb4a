/** What somebody looks after, kind by kind: who takes it, and single records or a view of them for somebody else. */
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatNumber } from "@/ui/format/number";
import { Button } from "@/ui/button";
import { Icon } from "@/ui/icon";
import type { OwnedKind, Preview, Rule } from "./api";
import type { Draft, Share } from "./draft";
import { PickDrawer } from "./pick-drawer";

interface SharesTableProps {
  preview: Preview;
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

export function SharesTable({ preview, draft, onChange }: SharesTableProps) {
  const { t } = useTranslation("handover");
  const [picking, setPicking] = useState<OwnedKind>();
  const names = new Map(preview.heirs.map((one) => [one.id, one.name]));
  const set = (entity: string, part: Partial<Share>) => onChange({ shares: { ...draft.shares, [entity]: { to: null, ...draft.shares[entity], ...part } } });
  const say = (rule: Rule & { label?: string }) => (rule.ids ? t("picked", { count: rule.ids.length }) : t("of_view", { view: rule.label ?? "" }));
  return (
    <>
      <table className="shares">
        <thead>
          <tr>
            <th scope="col">{t("kind")}</th>
            <th scope="col" className="num">{t("open")}</th>
            <th scope="col" className="num">{t("closed")}</th>
            <th scope="col">{t("to")}</th>
            <th scope="col">{t("closed_ones")}</th>
            <th scope="col"><span className="sr-only">{t("particular")}</span></th>
          </tr>
        </thead>
        <tbody>
          {preview.kinds.map((kind) => {
            const share = draft.shares[kind.entity];
            const particular = draft.particular.filter((rule) => rule.entity === kind.entity);
            return (
              <tr key={kind.entity}>
                <th scope="row">
                  <span className="row"><Icon name={kind.icon} size={14} className="dim" /> {kind.label} {!kind.is_on && <span className="dim xs">{t("off")}</span>}</span>
                  {particular.map((rule, index) => (
                    <span key={index} className="particular">
                      {say(rule)} → {names.get(rule.to)}
                      <Button size="small" variant="text" icon={<X size={12} />} aria-label={t("take_back")} onClick={() => onChange({ particular: draft.particular.filter((one) => one !== rule) })} />
                    </span>
                  ))}
                </th>
                <td className="num" data-label={t("open")}>{formatNumber(kind.open)}</td>
                <td className="num" data-label={t("closed")}>{kind.has_states ? formatNumber(kind.closed) : <span className="dim">–</span>}</td>
                <td>
                  <select className="input" aria-label={t("to_of", { kind: kind.label })} value={share?.to ?? ""} onChange={(event) => set(kind.entity, { to: Number(event.target.value) || null })}>
                    <option value="">{t("as_rest")}</option>
                    {preview.heirs.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
                  </select>
                </td>
                <td>
                  {kind.closed > 0 && (
                    <select className="input" aria-label={t("closed_of", { kind: kind.label })} value={share?.closed ?? draft.closed} onChange={(event) => set(kind.entity, { closed: event.target.value as "keep" | "move" })}>
                      <option value="keep">{t("closed_keep")}</option>
                      <option value="move">{t("closed_move")}</option>
                    </select>
                  )}
                </td>
                <td>{kind.can_view && kind.is_on && <Button size="small" aria-label={t("pick_of", { kind: kind.label })} onClick={() => setPicking(kind)}>{t("pick")}</Button>}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {picking && (
        <PickDrawer kind={picking} preview={preview} onClose={() => setPicking(undefined)}
          onAdd={(rule) => {
            onChange({ particular: [...draft.particular, rule] });
            setPicking(undefined);
          }} />
      )}
    </>
  );
}
