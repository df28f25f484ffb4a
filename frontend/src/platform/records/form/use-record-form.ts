/** Headless form of a record: values, problems at their field, draft, saving, and the merge when somebody was faster. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { newIdempotencyKey } from "@/platform/api/request";
import { useEntities, useMe, useTenant } from "@/platform/session/session";
import { createRecord, runAction, updateRecord } from "../api";
import { keepRow, refresh } from "../cache";
import { useEntityOrThrow, useRecord } from "../detail/use-record";
import { fieldPath, withValue } from "../entity";
import type { ActionMeta, RecordId, Row } from "../types";
import { draftKey, dropDraft, readDraft, writeDraft, type Draft } from "./draft";
import { differences, mergeRows, type Difference } from "./merge";
import { noProblems, placeProblems, withoutProblem, type PlacedProblems } from "./problems";
import { blankValues, bodyOf, checkValues, formFields, isDirty, valuesOf, type Values } from "./values";

export interface Collision {
  theirs: Row;
  by?: string;
  at?: string;
  differences: Difference[];
}

export interface FormOptions {
  preset?: Values;
  /** Fills what follows from other values (prices, sums) before they are shown. */
  derive?: (values: Values) => Values;
  /** Small forms (quick create) keep no draft. */
  keepDraft?: boolean;
}

const DRAFT_DELAY = 500;

const personName = (value: unknown): string | undefined =>
  typeof value === "string" ? value : value && typeof value === "object" && "label" in value ? String((value as { label: unknown }).label) : undefined;

export function useRecordForm(entityKey: string, id?: RecordId, options: FormOptions = {}) {
  const { t } = useTranslation("records");
  const entity = useEntityOrThrow(entityKey);
  const lines = useEntities()[entity.lines?.entity ?? ""];
  const tenant = useTenant();
  const me = useMe();
  const client = useQueryClient();
  const loaded = useRecord(entityKey, id);
  const keepDraft = options.keepDraft ?? true;
  const key = draftKey(tenant.slug, me.member_id, entity.key, id ?? null);
  const [base, setBase] = useState<Row | null>(null);
  const [preset] = useState(options.preset);
  const [before, setBefore] = useState<Values | null>(() => (id === undefined ? blankValues(entity, preset) : null));
  const [values, setValues] = useState<Values>(() => before ?? {});
  const [problems, setProblems] = useState<PlacedProblems>(noProblems);
  const [collision, setCollision] = useState<Collision | null>(null);
  const [offer, setOffer] = useState<Draft | null>(() => (keepDraft ? readDraft(key) : null));
  const [draftAt, setDraftAt] = useState<string | null>(null);
  const [saving, setSaving] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const intent = useRef<{ of: string; key: string } | null>(null);
  // once saved or discarded, a timer that is already due must not bring the draft back
  const settled = useRef(false);
  const forget = () => {
    settled.current = true;
    dropDraft(key);
  };
  const dirty = before !== null && isDirty(values, before);

  const compare = useCallback((theirs: Row, by?: string, at?: string) => {
    if (!base) return;
    const paths = [...formFields(entity, false).map(fieldPath), ...(entity.lines ? [entity.lines.field] : [])];
    const found = differences(valuesOf(entity, base) as Row, values, valuesOf(entity, theirs) as Row, paths);
    setCollision({ theirs, by, at, differences: found });
  }, [base, entity, values]);

  // the record arrives, or arrives anew while nothing of mine is in the way
  const record = loaded.isPartial ? undefined : loaded.record;
  useEffect(() => {
    if (!record || (base && base.version === record.version)) return;
    if (base && dirty) return;
    const start = valuesOf(entity, record);
    setBase(record);
    setBefore(start);
    setValues(start);
  }, [record, base, dirty, entity]);
  /** Somebody saved while I type: said at once, not only when I save. */
  const overtaken = Boolean(base && record && dirty && record.version > base.version);

  useEffect(() => {
    if (!keepDraft || !dirty || offer) return;
    const timer = setTimeout(() => {
      if (settled.current) return;
      const at = new Date().toISOString();
      setDraftAt(writeDraft(key, { at, version: base?.version ?? null, values }) ? at : null);
    }, DRAFT_DELAY);
    return () => clearTimeout(timer);
  }, [values, dirty, key, base, keepDraft, offer]);

  const derive = options.derive;
  const change = useCallback((next: (values: Values) => Values) => {
    settled.current = false;
    setValues((known) => {
      const changed = next(known);
      return derive ? derive(changed) : changed;
    });
  }, [derive]);
  const setValue = useCallback((path: string, value: unknown) => {
    change((known) => withValue(known, path, value));
    setProblems((known) => withoutProblem(known, path));
  }, [change]);

  function discard() {
    forget();
    setOffer(null);
    setDraftAt(null);
    setValues(before ?? {});
    setProblems(noProblems);
  }

  function check(): boolean {
    const found = checkValues(entity, lines, values, base === null, {
      required: t("form.required"), notNumber: t("form.notNumber"), notFound: (text) => t("form.notFound", { text }),
    });
    setProblems({ fields: found, general: [] });
    return Object.keys(found).length === 0;
  }

  function taken(row: Row) {
    forget();
    setDraftAt(null);
    setOffer(null);
    const start = valuesOf(entity, row);
    setBase(row);
    setBefore(start);
    setValues(start);
    setCollision(null);
    setProblems(noProblems);
    keepRow(client, tenant.slug, entity, row);
    void refresh(client, tenant.slug, entity);
  }

  function refused(error: unknown, sentRows: number[]) {
    if (isProblem(error, "stale-version") && error.body.current) {
      compare(error.body.current as Row, personName(error.body.changed_by), error.body.changed_at as string | undefined);
      return;
    }
    setFailure(error);
    if (isProblem(error) && error.errors.length > 0) {
      const known = [...formFields(entity, base === null).map(fieldPath), ...(entity.lines ? [entity.lines.field] : [])];
      setProblems(placeProblems(error.errors, known, entity.lines?.field, (sent) => sentRows[sent] ?? sent));
    }
  }

  /** Saves; with an action, runs it on what was saved. The row, or undefined when it did not work (and why is on screen). */
  async function save(action?: ActionMeta): Promise<Row | undefined> {
    if (saving || !before || !check()) return undefined;
    setFailure(null);
    setSaving(action?.key ?? "save");
    const { body, sentRows } = bodyOf(entity, lines, values, base ? before : null);
    try {
      let row = base;
      if (!base) {
        const of = JSON.stringify(body);
        if (intent.current?.of !== of) intent.current = { of, key: newIdempotencyKey() };
        row = await createRecord(entity, body, intent.current.key);
      } else if (Object.keys(body).length > 0) {
        row = await updateRecord(entity, base.id, base.version, body);
      }
      if (row && row !== base) taken(row);
      if (row && action) {
        row = (await runAction(entity, row.id, action.key, {}, row.version)).record ?? row;
        taken(row);
      }
      return row ?? undefined;
    } catch (error) {
      refused(error, sentRows);
      return undefined;
    } finally {
      setSaving(null);
    }
  }

  return {
    entity, lines, base, values, problems, setProblems, dirty, saving, failure, collision, overtaken, offer, draftAt,
    isLoading: before === null && !loaded.error, error: loaded.error, setValue, change, save, discard,
    creating: base === null,
    dropDraft: forget,
    continueDraft: () => {
      if (offer) setValues((known) => ({ ...known, ...offer.values }));
      setDraftAt(offer?.at ?? null);
      setOffer(null);
    },
    declineDraft: () => { dropDraft(key); setOffer(null); },
    compareNow: () => { if (record) compare(record); },
    closeCollision: () => setCollision(null),
    /** Takes the decided values onto the stored version; the person saves again, seeing what they save. */
    resolve: (decided: Difference[]) => {
      if (!collision) return;
      const start = valuesOf(entity, collision.theirs);
      setBase(collision.theirs);
      setBefore(start);
      setValues(mergeRows(start as Row, decided));
      keepRow(client, tenant.slug, entity, collision.theirs);
      setCollision(null);
    },
    /** After "create and new": the same form, empty again. */
    restart: () => {
      const start = blankValues(entity, preset);
      setBase(null);
      setBefore(start);
      setValues(start);
      setProblems(noProblems);
      intent.current = null;
    },
  };
}

export type RecordFormState = ReturnType<typeof useRecordForm>;

/** The order in which fields stand in the form, for moving to the first problem. */
export const useFieldOrder = (form: RecordFormState): string[] =>
  useMemo(() => [...(form.entity.form ?? []).flatMap((section) => section.fields), ...formFields(form.entity, form.creating).map(fieldPath)], [form.entity, form.creating]);
