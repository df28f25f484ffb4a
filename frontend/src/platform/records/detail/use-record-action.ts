/** Runs an action of a record, or deletes it; the answer is on screen at once, related lists are asked again. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { newIdempotencyKey } from "@/platform/api/request";
import { useTenant } from "@/platform/session/session";
import { bulk, deleteRecord, runAction, type ActionOutcome } from "../api";
import { keepRow, refresh } from "../cache";
import type { ActionMeta, BulkOutcome, EntityMeta, RecordId, Row } from "../types";

export interface ActionCall {
  action: Pick<ActionMeta, "key">;
  record: Row;
  params?: Record<string, unknown>;
}

export function useRecordAction(entity: EntityMeta) {
  const tenant = useTenant();
  const client = useQueryClient();
  // one key per intention: pressing again after a lost answer must not do the thing twice
  const intent = useRef<{ of: string; key: string } | null>(null);
  const run = useMutation<ActionOutcome, Error, ActionCall>({
    mutationFn: ({ action, record, params }) => {
      const of = JSON.stringify([action.key, record.id, record.version, params ?? {}]);
      if (intent.current?.of !== of) intent.current = { of, key: newIdempotencyKey() };
      return runAction(entity, record.id, action.key, params, record.version, intent.current.key);
    },
    onSuccess: ({ record }) => {
      intent.current = null;
      if (record) keepRow(client, tenant.slug, entity, record);
    },
    // after a refusal too: somebody else may have moved the record on
    onSettled: () => refresh(client, tenant.slug, entity),
  });
  const bulkRun = useMutation<BulkOutcome[], Error, { action: string; ids: RecordId[]; params?: Record<string, unknown> }>({
    mutationFn: ({ action, ids, params }) => bulk(entity, { action, ids, params: params ?? {} }),
    onSettled: () => refresh(client, tenant.slug, entity),
  });
  const bulkUpdate = useMutation<BulkOutcome[], Error, { rows: Row[]; changes: Record<string, unknown> }>({
    mutationFn: ({ rows, changes }) => bulk(entity, { update: rows.map((row) => ({ id: row.id, version: row.version, ...changes })) }),
    onSettled: () => refresh(client, tenant.slug, entity),
  });
  const remove = useMutation<void, Error, Row>({
    mutationFn: (record) => deleteRecord(entity, record.id, record.version),
    onSuccess: () => refresh(client, tenant.slug, entity),
  });
  return { run, bulkRun, bulkUpdate, remove };
}
