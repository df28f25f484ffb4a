/** The shapes of docs/api.md that the record engine renders. The server decides; nothing here is per entity. */

export type FieldType =
  | "text" | "longtext" | "email" | "phone" | "url" | "integer" | "decimal" | "money" | "quantity" | "percent"
  | "boolean" | "date" | "datetime" | "choice" | "multichoice" | "ref" | "json";

export interface Choice {
  value: string;
  label: string;
}

export interface FieldMeta {
  key: string;
  label: string;
  /** A FieldType, or a type this client does not know yet: shown as text, visibly. */
  type: string;
  ref?: string | null;
  ref_filter?: Record<string, unknown> | null;
  required?: boolean;
  read_only?: boolean;
  write_once?: boolean;
  nullable?: boolean;
  help?: string;
  default?: unknown;
  max_length?: number | null;
  choices?: Choice[] | null;
  decimals?: number | null;
  currency_field?: string | null;
  unit_field?: string | null;
  filters?: string[];
  sortable?: boolean;
  searchable?: boolean;
  custom?: boolean;
  hidden?: boolean;
}

export type StateKind = "draft" | "open" | "prog" | "done" | "warn" | "late" | "hold" | "off";

export interface StateMeta {
  value: string;
  label: string;
  kind: StateKind;
}

export interface ActionMeta {
  key: string;
  label: string;
  /** States in which it is offered; empty = always. */
  states?: string[] | null;
  /** Fields and the values with which it is offered: a document's kind. */
  when?: Record<string, string[]>;
  bulk?: boolean;
  primary?: boolean;
  danger?: boolean;
  icon?: string | null;
  params?: FieldMeta[];
}

export interface ViewMeta {
  key: string;
  title: string;
  filters: Record<string, string>;
  order?: string[];
}

export interface EntityMeta {
  key: string;
  module: string;
  label: string;
  label_plural: string;
  icon?: string;
  endpoint: string;
  route: string;
  title_field: string;
  subtitle_field?: string | null;
  fields: FieldMeta[];
  list: string[];
  search?: string[];
  default_order?: string[];
  totals?: string[];
  form?: { title: string; fields: string[] }[];
  state_field?: string | null;
  states?: StateMeta[];
  /** In which "Edit" is offered, and "Delete"; none named: in all of them. */
  update_states?: string[];
  delete_states?: string[];
  actions?: ActionMeta[];
  lines?: { entity: string; field: string } | null;
  views?: ViewMeta[];
  can: { view: boolean; create: boolean; update: boolean; delete: boolean; import: boolean; export: boolean };
  features: { attachments: boolean; comments: boolean; history: boolean; custom_fields: boolean };
}

export interface Ref {
  id: number | string;
  label: string;
  code?: string;
}

export type RecordId = number | string;

export interface Row {
  id: RecordId;
  version: number;
  custom?: Record<string, unknown>;
  created_at?: string;
  changed_at?: string;
  [field: string]: unknown;
}

export interface Page {
  results: Row[];
  next: string | null;
  count?: number;
  totals?: Record<string, string | null>;
}

export interface Group {
  key: string | number | boolean | null;
  label: string;
  count: number;
  [sum: string]: unknown;
}

export interface FieldProblem {
  field: string;
  code?: string;
  message: string;
}

export interface BulkOutcome {
  index: number;
  status: number;
  id?: RecordId;
  record?: Row;
  problem?: { title: string; detail?: string; errors?: FieldProblem[] };
}

export interface HistoryEntry {
  at: string;
  actor: { id: RecordId | null; label: string } | null;
  op: "insert" | "update" | "delete";
  request_id?: string;
  changes: Record<string, [unknown, unknown]>;
}

export interface Comment {
  id: RecordId;
  at: string;
  author: { id: RecordId | null; label: string } | null;
  body: string;
  mentions?: { id: RecordId; label: string }[];
}

export interface Attachment {
  id: RecordId;
  name: string;
  size: number;
  content_type: string;
  url: string;
  created_at?: string;
  created_by?: Ref | null;
}

/** A saved view as the API keeps it; everything about the list lies in `config`. */
export interface SavedViewRow extends Row {
  entity: string;
  name: string;
  owner: Ref | null;
  shared: boolean;
  config: { filters?: Record<string, string>; order?: string[]; columns?: string[] } | null;
}

export interface SavedView {
  id: RecordId;
  version: number;
  entity: string;
  title: string;
  filters: Record<string, string>;
  order: string[];
  columns: string[];
  shared: boolean;
  mine: boolean;
  owner: string;
}
