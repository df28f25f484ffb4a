/** New record or change of one: fields, lines, draft, and at the right what saving will do. */
import { useEffect, useMemo, useRef, useState, type ComponentType, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { useSlot } from "@/platform/slots/slots";
import { Button } from "@/ui/button";
import { formatMoment } from "@/ui/format/date";
import { Menu } from "@/ui/overlay/menu";
import { toast } from "@/ui/overlay/toast";
import { PageHead, RightRail } from "@/ui/page";
import { PageSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ForbiddenState } from "@/ui/states/states";
import { Mark } from "@/ui/status";
import { ChevronDown } from "lucide-react";
import "../../fields/fields.css";
import "../records.css";
import "./form.css";
import { useFieldEnv } from "../../fields/env";
import { useRecord } from "../detail/use-record";
import { actionsFor, recordPath, titleOf } from "../entity";
import { AppLink } from "../entity-link";
import { useGo, useSearchText } from "../navigation";
import { problemText } from "../problem-text";
import { slotName } from "../slot-name";
import type { ActionMeta, RecordId, Row } from "../types";
import type { LineGridProps } from "./line-grid";
import { MergePanel } from "./merge-panel";
import { firstProblem } from "./problems";
import { RecordForm } from "./record-form";
import { UnsavedGuard } from "./unsaved-guard";
import { useFieldOrder, useRecordForm, type RecordFormState } from "./use-record-form";
import { valuesOf, type Values } from "./values";
import { usePhone } from "../use-media";
import { mid } from "../mid-sentence";

export interface RecordFormPageProps {
  entityKey: string;
  id?: RecordId;
  /** A module's part at the right: what confirming will do. Slots `<entity>.form.aside` come below it. */
  aside?: (form: RecordFormState) => ReactNode;
  /** Stands around the whole form: what its parts share (what the server says of it while one types). */
  frame?: ComponentType<{ form: RecordFormState; children: ReactNode }>;
  belowLines?: (form: RecordFormState) => ReactNode;
  lineProps?: (form: RecordFormState) => Partial<LineGridProps>;
  /** Draws the lines in place of the plain sheet, mostly with more columns on it. */
  lineGrid?: ComponentType<LineGridProps>;
  derive?: (values: Values) => Values;
}

const Unframed = ({ children }: { form: RecordFormState; children: ReactNode }) => <>{children}</>;

/** Start values from the address: `?customer=12`, or a copy of another record with `?from=7`. */
function usePreset(entityKey: string): { preset: Values; ready: boolean } {
  const params = useMemo(() => new URLSearchParams(location.search), []);
  const from = params.get("from") ?? undefined;
  const { entity, record, isPartial, error } = useRecord(entityKey, from);
  return useMemo(() => {
    if (from && !error && (!record || isPartial)) return { preset: {}, ready: false };
    const preset: Values = {};
    if (record) {
      Object.assign(preset, valuesOf(entity, record));
      if (entity.title_field === "number") delete preset.number;
      if (entity.lines) preset[entity.lines.field] = ((preset[entity.lines.field] as Values[]) ?? []).map((line, index) => { const copy = { ...line, _key: `copy-${index}` } as Values; delete copy.id; return copy; });
    }
    for (const [key, value] of params) {
      const field = entity.fields.find((item) => item.key === key);
      if (field) preset[key] = field.type === "ref" ? { id: value, label: params.get(`${key}_label`) ?? `#${value}` } : field.type === "boolean" ? value === "true" : value;
    }
    return { preset, ready: true };
  }, [from, error, record, isPartial, entity, params]);
}

export function RecordFormPage(props: RecordFormPageProps) {
  const { preset, ready } = usePreset(props.entityKey);
  return ready ? <FormPage {...props} preset={preset} /> : <PageSkeleton />;
}

function FormPage({ entityKey, id, preset, frame, aside, belowLines, lineProps, lineGrid, derive }: RecordFormPageProps & { preset: Values }) {
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const go = useGo();
  const phone = usePhone();
  const search = useSearchText();
  const form = useRecordForm(entityKey, id, { preset, derive });
  const { entity } = form;
  const order = useFieldOrder(form);
  const asides = useSlot<{ form: RecordFormState }>(slotName(entity, "form.aside"));
  const below = useSlot<{ form: RecordFormState }>(slotName(entity, "form.lines"));
  const [leaving, setLeaving] = useState(false);
  const goTo = useRef<string | null>(null);
  const page = useRef<HTMLDivElement>(null);
  const primary = actionsFor(entity, form.base ?? ({ [entity.state_field ?? ""]: entity.states?.[0]?.value } as unknown as Row)).find((action) => action.primary && !action.params?.length && !action.danger);
  const title = form.base ? titleOf(entity, form.base) : t("form.new", { record: mid(entity.label) });

  // navigation has to wait until the guard knows that nothing is unsaved any more
  useEffect(() => {
    if (leaving && goTo.current) { const to = goTo.current; goTo.current = null; go(to, { replace: true }); }
  }, [leaving, go]);
  const leaveTo = (to: string) => { goTo.current = to; setLeaving(true); };

  async function save(action?: ActionMeta, then: "open" | "new" = "open") {
    const row = await form.save(action);
    if (!row) return;
    if (then === "new") {
      form.restart();
      toast({ text: t("form.saved", { record: titleOf(entity, row) }), action: { label: t("form.openIt"), run: () => go(recordPath(entity, row.id)) } });
    } else leaveTo(recordPath(entity, row.id));
  }
  const shown = Object.keys(form.problems.fields).length + form.problems.general.length;
  useEffect(() => {
    if (shown === 0 || form.saving) return;
    const path = firstProblem(form.problems, order);
    const field = path && page.current?.querySelector<HTMLElement>(`[data-path="${path}"] :is(input,textarea,[tabindex])`);
    if (field) field.focus();
    else page.current?.querySelector("[role=alert]")?.scrollIntoView({ block: "nearest" });
  }, [form.saving]); // eslint-disable-line react-hooks/exhaustive-deps

  const keys = useRef({ save, primary });
  keys.current = { save, primary };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
      if (event.key.toLowerCase() === "s") { event.preventDefault(); void keys.current.save(); }
      if (event.key === "Enter") { event.preventDefault(); void keys.current.save(event.shiftKey ? undefined : keys.current.primary); }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  if (form.error) {
    if (isProblem(form.error) && form.error.status === 403) return <ForbiddenState title={form.error.title}>{form.error.detail}</ForbiddenState>;
    return <EmptyState title={t("detail.gone", { record: mid(entity.label) })} actions={<AppLink className="btn" to={entity.route}>{t("detail.toList", { records: mid(entity.label_plural) })}</AppLink>}>{problemText(form.error, t)}</EmptyState>;
  }
  if (form.isLoading) return <PageSkeleton />;
  if (form.creating && !entity.can.create) return <ForbiddenState title={t("form.noCreate", { records: mid(entity.label_plural) })} />;

  const back = form.base ? recordPath(entity, form.base.id) : entity.route;
  const hasAside = Boolean(aside) || asides.length > 0;
  const unplaced = form.failure !== null && shown === 0;
  const buttons = (
    <>
      <Button variant="text" onClick={() => { form.dropDraft(); leaveTo(back); }}>{t(form.dirty ? "form.discard" : "cancel")}</Button>
      {form.creating && (
        <Menu label={t("form.moreWays")} align="end" items={[{ key: "new", label: t("form.saveAndNew"), onSelect: () => void save(undefined, "new") }]}
          trigger={(trigger) => <Button {...trigger} icon={<ChevronDown size={15} />} aria-label={t("form.moreWays")} />} />
      )}
      {primary && <Button busy={form.saving === "save"} disabled={form.saving !== null} onClick={() => void save()} title="Ctrl S">{form.creating ? t("form.saveDraft") : t("form.save")}</Button>}
      <Button variant="primary" busy={form.saving !== null && (primary ? form.saving === primary.key : true)} disabled={form.saving !== null} title={primary ? "Ctrl Enter" : "Ctrl S"}
        onClick={() => void save(primary)}>{primary ? primary.label : form.creating ? t("form.create", { record: mid(entity.label) }) : t("form.save")}</Button>
    </>
  );
  const Frame = frame ?? Unframed;
  return (
    <Frame form={form}>
    <div className="page rfp" ref={page} data-query={search || undefined}>
      <PageHead detail ruled title={title} crumb={<AppLink to={entity.route}>{entity.label_plural}</AppLink>}
        after={form.draftAt && <span className="dim xs" aria-live="polite">{t("form.draftKept", { at: formatMoment(form.draftAt, env.timeZone, env.today) })}</span>}
        actions={phone ? undefined : buttons} />
      {form.offer && (
        <div className="notice info" role="status">
          <Mark kind="draft" /><span className="grow">{t("form.draftOffer", { at: formatMoment(form.offer.at, env.timeZone, env.today) })}</span>
          <Button size="small" onClick={form.continueDraft}>{t("form.draftContinue")}</Button><Button size="small" variant="text" onClick={form.declineDraft}>{t("form.draftDrop")}</Button>
        </div>
      )}
      {form.overtaken && !form.collision && (
        <div className="notice" role="status"><Mark kind="warn" /><span className="grow">{t("merge.overtaken")}</span><Button size="small" onClick={form.compareNow}>{t("merge.compare")}</Button></div>
      )}
      {unplaced && <div className="notice bad" role="alert"><Mark kind="late" /><span className="grow">{form.base && form.creating === false && !id ? t("form.savedButNot", { why: problemText(form.failure, t) }) : problemText(form.failure, t)}</span></div>}
      <div className="split">
        <form className="main rfp-main" onSubmit={(event) => { event.preventDefault(); void save(); }} aria-label={title}>
          <RecordForm form={form} lineGrid={lineGrid} lineProps={lineProps?.(form)} belowLines={<>{belowLines?.(form)}{below.map((fill) => <fill.component key={fill.key} form={form} />)}</>} />
        </form>
        {hasAside && (
          <RightRail width={272} label={t("form.aside")}>
            {aside?.(form)}
            {asides.map((fill) => <fill.component key={fill.key} form={form} />)}
          </RightRail>
        )}
      </div>
      {form.collision && <MergePanel entity={entity} lines={form.lines} collision={form.collision} onResolve={form.resolve} onClose={form.closeCollision} />}
      {phone && <div className="thumb">{buttons}</div>}
      <UnsavedGuard active={form.dirty && !leaving && form.saving === null} kept={form.draftAt !== null} onDiscard={form.dropDraft} />
    </div>
    </Frame>
  );
}
