/** A work instruction as a document: numbered steps in the reader's language with the other below, their pictures, and who
 * has read and confirmed it. */
import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { RecordDetailPage } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import type { EntityMeta, RecordId, Ref, Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { Who } from "@/ui/figures";
import { EmptyState } from "@/ui/states/states";
import { Media } from "./media";
import { usePictures, useSendWaiting } from "./pictures";
import "./esop.css";

function Readers({ record }: { record: Row }) {
  const { t } = useTranslation("esop");
  const format = useFormat();
  const { slug } = useTenant();
  const readings = useEntity("production.instruction_reading");
  const query = { instruction__in: record.id, limit: 100 };
  const { data } = useQuery({ queryKey: keyOf(slug, "production.instruction_reading", "list", query), queryFn: ({ signal }) => fetchPage(readings!, query, signal), enabled: readings !== undefined && record.status !== "draft" });
  if (!data) return null;
  return (
    <section className="es-readers">
      <h2>{t("readBy")} <span className="dim num">{data.results.length}</span></h2>
      {data.results.length === 0 && <p className="dim">{t("readByNobody")}</p>}
      <ul>{data.results.map((row) => { const worker = row.worker as Ref | null; return <li key={String(row.id)}><Who name={worker?.label ?? ""} />{worker?.label} <span className="dim num">{format.day(String(row.posted_at).slice(0, 10))}</span></li>; })}</ul>
    </section>
  );
}

function Document({ entity, record }: { entity: EntityMeta; record: Row }) {
  const { t, i18n } = useTranslation("esop");
  const pictures = usePictures(entity, record.id);
  useSendWaiting(entity, record.id);
  const zh = i18n.language.startsWith("zh");
  const steps = (record.steps as Row[] | undefined) ?? [];
  if (steps.length === 0) return <EmptyState inline title={t("noSteps")}>{t("noStepsWhy")}</EmptyState>;
  return (
    <div className="es-doc">
      <ol>
        {steps.map((step, index) => {
          const [own, other] = zh ? [String(step.text_zh || step.text), step.text_zh ? String(step.text) : ""] : [String(step.text), String(step.text_zh ?? "")];
          const name = String(step.picture ?? "");
          const source = name ? pictures.source(name) : undefined;
          return (
            <li key={String(step.id)}>
              <b className="es-no">{index + 1}</b>
              <div><p>{own}</p>{other && other !== own && <p className="dim">{other}</p>}{Boolean(step.caution) && <p className="es-warn"><TriangleAlert size={15} aria-hidden />{String(step.caution)}</p>}</div>
              {source ? <Media source={source} name={name} alt={own} /> : name && !pictures.isLoading ? <p className="t-bad">{t("notAttached", { name })}</p> : <span />}
            </li>
          );
        })}
      </ol>
      <Readers record={record} />
    </div>
  );
}

export function InstructionPage({ entityKey, id }: { entityKey: string; id: RecordId }) {
  return <RecordDetailPage entityKey={entityKey} id={id} lines={({ entity, record }) => <Document entity={entity} record={record} />} />;
}
