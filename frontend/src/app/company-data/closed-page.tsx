/** A company that is closed: until when it can be taken back, and its data for whoever may have it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { bootstrapKey } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { Button } from "@/ui/button";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ForbiddenState } from "@/ui/states/states";
import { dataKey, fetchData, undoDeletion } from "./api";
import "./company-data.css";
import { ExportSection } from "./export-section";
import { dayOf } from "./moments";

export function ClosedPage() {
  const { t, i18n } = useTranslation("company-data");
  const client = useQueryClient();
  const { data, error } = useQuery({ queryKey: dataKey, queryFn: fetchData, retry: false });
  const undo = useMutation({
    mutationFn: undoDeletion,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: dataKey });
      await client.resetQueries({ queryKey: bootstrapKey });
    },
    onError: (failure) => toast({ text: isProblem(failure) ? failure.message : t("unreachable"), tone: "bad" }),
  });
  if (!data && !error) return <GridSkeleton rows={3} height={64} />;
  const asked = data?.deletion;
  return (
    <main className="page closed">
      <ForbiddenState
        title={data ? t("closed", { name: data.name }) : t("closed_anonymous")}
        actions={data?.may_delete && <Button variant="primary" busy={undo.isPending} onClick={() => undo.mutate()}>{t("undo")}</Button>}
      >
        {asked ? t("closed_until", { by: asked.asked_by, day: dayOf(asked.purge_at, i18n.language) }) : t("closed_ask")}
      </ForbiddenState>
      {data?.may_export && <div className="company-data"><ExportSection /></div>}
    </main>
  );
}
