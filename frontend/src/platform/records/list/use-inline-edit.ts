/** Changing one value of a row in place: shown at once, taken back with the reason when the server refuses. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { keyOf } from "@/platform/api/keys";
import { useTenant } from "@/platform/session/session";
import { fieldModule } from "../../fields/registry";
import { updateRecord } from "../api";
import { keepRow, patchLists, refresh } from "../cache";
import { withValue } from "../entity";
import type { EntityMeta, FieldMeta, Row } from "../types";

export interface InlineChange {
  row: Row;
  field: FieldMeta;
  path: string;
  value: unknown;
}

const SIMPLE = new Set(["text", "email", "phone", "url", "integer", "decimal", "money", "quantity", "percent", "boolean", "date", "choice", "ref", "multichoice"]);

/** Fields that fit in a cell and that I may change. The state changes through actions only. */
export const isInlineEditable = (entity: EntityMeta, field: FieldMeta): boolean =>
  entity.can.update && SIMPLE.has(field.type) && !field.read_only && !field.write_once && field.key !== entity.state_field;

export const wireChange = (field: FieldMeta, path: string, value: unknown): Record<string, unknown> => {
  const wire = fieldModule(field.type).toWire?.(value) ?? value;
  return withValue({}, path, wire);
};

export function useInlineEdit(entity: EntityMeta) {
  const tenant = useTenant();
  const client = useQueryClient();
  return useMutation<Row, Error, InlineChange, { undo: () => void }>({
    mutationFn: ({ row, field, path, value }) => updateRecord(entity, row.id, row.version, wireChange(field, path, value)),
    onMutate: async ({ row, path, value }) => {
      await client.cancelQueries({ queryKey: keyOf(tenant.slug, entity.key, "list") });
      return { undo: patchLists(client, tenant.slug, entity, row.id, (known) => withValue(known, path, value)) };
    },
    onSuccess: (row) => keepRow(client, tenant.slug, entity, row),
    onError: (_error, _change, context) => context?.undo(),
    onSettled: () => refresh(client, tenant.slug, entity),
  });
}
