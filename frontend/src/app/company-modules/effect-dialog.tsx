/** What goes when a function is switched off, asked from the server before anything happens. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/overlay/dialog";
import { Bone, Delayed } from "@/ui/states/skeleton";
import { Mark } from "@/ui/status";
import { ProblemState } from "../errors/problem-state";
import { fetchEffect, type FeatureSwitch } from "./api";

interface EffectDialogProps {
  feature: FeatureSwitch;
  titles: ReadonlyMap<string, FeatureSwitch>;
  onClose: () => void;
  onConfirm: () => void;
}

export function EffectDialog({ feature, titles, onClose, onConfirm }: EffectDialogProps) {
  const { t } = useTranslation("app");
  const { data, error, refetch } = useQuery({ queryKey: ["effect", feature.key], queryFn: () => fetchEffect(feature.key), gcTime: 0 });
  const name = (key: string) => titles.get(key)?.title ?? key;
  const lines = data?.lines ?? [];
  const records = lines.filter((line) => line.effect !== "stops");
  const stops = lines.filter((line) => line.effect === "stops");
  const also = data?.disables.filter((key) => key !== feature.key) ?? [];
  return (
    <Dialog
      open
      onClose={onClose}
      width={480}
      title={t("switch_off_title", { feature: feature.title })}
      foot={
        <>
          <Button onClick={onClose}>{t("keep_on")}</Button>
          <Button variant="danger" disabled={!data} onClick={onConfirm}>{t("switch_off", { feature: feature.title })}</Button>
        </>
      }
    >
      {error !== null && <ProblemState error={error} retry={() => void refetch()} />}
      {!data && !error && <Delayed><Bone width="70%" /></Delayed>}
      {data && (
        <ul className="why effect">
          {also.length > 0 && <li><Mark kind="warn" /><div><b>{t("goes_too")}</b><p>{also.map(name).join(t("comma"))}</p></div></li>}
          {data.menu.length > 0 && <li><Mark kind="off" /><div><b>{t("menu_goes", { count: data.menu.length })}</b><p>{data.menu.join(t("comma"))}</p></div></li>}
          {records.length > 0 && <li><Mark kind="hold" /><div><b>{t("records_hidden")}</b>{records.map((line) => <p key={line.text}>{line.text}</p>)}</div></li>}
          {stops.map((line) => <li key={line.text}><Mark kind="warn" /><div><b>{line.text}</b></div></li>)}
          <li><Mark kind="done" /><div><b>{t("data_kept_title")}</b><p>{t("data_kept")}</p></div></li>
        </ul>
      )}
    </Dialog>
  );
}
