/** What came along to try things out with, and taking it away in one go. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { Button } from "@/ui/button";
import { confirm } from "@/ui/overlay/confirm";
import { toast } from "@/ui/overlay/toast";
import { fetchSamples, removeSamples, samplesKey } from "./api";

const shown = 8;

export function SamplesSection() {
  const { t } = useTranslation("company-data");
  const client = useQueryClient();
  const { data } = useQuery({ queryKey: samplesKey, queryFn: fetchSamples });
  const remove = useMutation({
    mutationFn: removeSamples,
    onSuccess: (kept) => {
      // Lists, counts and links of every page may have held them.
      void client.invalidateQueries();
      toast(kept.length ? t("samples_removed_but", { count: kept.length }) : t("samples_removed"));
    },
    onError: (failure) => toast({ text: isProblem(failure) ? failure.message : t("unreachable"), tone: "bad" }),
  });
  if (!data || (data.removable.length === 0 && data.kept.length === 0)) return null;
  const ask = async () => {
    const yes = await confirm({ title: t("samples_sure"), body: t("samples_sure_why"), action: t("samples_remove"), keep: t("samples_keep"), danger: true });
    if (yes) remove.mutate();
  };
  return (
    <section>
      <div className="about">
        <h2>{t("samples")}</h2>
        <p className="sub">{t("samples_why")}</p>
      </div>
      <div className="stack gap">
        {data.removable.length > 0 && (
          <>
            <p>{data.removable.map((one) => `${one.kind} ${one.count}`).join(" · ")}</p>
            <div><Button busy={remove.isPending} onClick={() => void ask()}>{t("samples_remove")}</Button></div>
          </>
        )}
        {data.kept.length > 0 && (
          <div>
            <p>{t("samples_used", { count: data.kept.length })}</p>
            <ul className="used">
              {data.kept.slice(0, shown).map((one) => <li key={`${one.kind} ${one.title}`}>{one.title} <span className="dim">{t("used_by", { kind: one.used_by_kind, name: one.used_by })}</span></li>)}
              {data.kept.length > shown && <li className="dim">{t("and_more", { count: data.kept.length - shown })}</li>}
            </ul>
          </div>
        )}
      </div>
    </section>
  );
}
