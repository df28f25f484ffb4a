/** Company data: everything as one file, the sample data, and leaving. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useCan } from "@/platform/session/session";
import { Tag } from "@/ui/figures";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { HeldBack, RestoreSection } from "../company-restore/restore-section";
import { ProblemState } from "../errors/problem-state";
import { dataKey, fetchData } from "./api";
import "./company-data.css";
import { CopiesSection } from "./copies-section";
import { DeletionSection } from "./deletion-section";
import { ExportSection } from "./export-section";
import { dayOf } from "./moments";
import { SamplesSection } from "./samples-section";

export function DataPage() {
  const { t, i18n } = useTranslation("company-data");
  const { data, error, refetch } = useQuery({ queryKey: dataKey, queryFn: fetchData });
  const cleans = useCan("samples.sample.remove");
  return (
    <div className="page">
      <PageHead title={t("title")} after={data?.is_copy ? <Tag>{t("copy")}</Tag> : undefined} ruled />
      <div className="page-body company-data">
        {error !== null && !data && <ProblemState error={error} retry={() => void refetch()} />}
        {!data && !error && <GridSkeleton rows={3} height={64} />}
        {data?.is_copy && data.copy_until && <p className="sub note">{t("copy_until", { day: dayOf(data.copy_until, i18n.language) })}</p>}
        {data?.outgoing_off && <HeldBack company={data} />}
        {data?.may_export && <ExportSection />}
        {data?.may_copy && <CopiesSection company={data} />}
        {data?.may_delete && !data.is_copy && <RestoreSection company={data} />}
        {data && cleans && <SamplesSection />}
        {data?.may_delete && <DeletionSection company={data} />}
      </div>
    </div>
  );
}
