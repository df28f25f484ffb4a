/** The calls of docs/api.md for any entity. Pages never build an address themselves. */
import { get, newIdempotencyKey, request, requestAnswer, send, withQuery, type Query } from "@/platform/api/request";
import { problemFrom } from "@/platform/api/problem";
import type {
  Attachment, BulkOutcome, Comment, EntityMeta, Group, HistoryEntry, Page, RecordId, Row,
} from "./types";

const one = (entity: EntityMeta, id: RecordId) => `${entity.endpoint}${encodeURIComponent(String(id))}/`;

export interface ActionOutcome {
  record: Row;
  result: Record<string, unknown> | null;
}

export const fetchPage = (entity: EntityMeta, query: Query, signal?: AbortSignal): Promise<Page> =>
  get<Page>(entity.endpoint, query, signal);

export const fetchRecord = (entity: EntityMeta, id: RecordId, signal?: AbortSignal): Promise<Row> =>
  get<Row>(one(entity, id), undefined, signal);

export const fetchGroups = async (entity: EntityMeta, query: Query, signal?: AbortSignal): Promise<Group[]> =>
  (await get<{ groups: Group[] }>(`${entity.endpoint}summary/`, query, signal)).groups;

export const createRecord = (entity: EntityMeta, body: unknown, idempotencyKey: string): Promise<Row> =>
  request<Row>("POST", entity.endpoint, { body, idempotencyKey });

export const updateRecord = (entity: EntityMeta, id: RecordId, version: number, body: unknown): Promise<Row> =>
  request<Row>("PATCH", one(entity, id), { body, ifMatch: version });

export const deleteRecord = (entity: EntityMeta, id: RecordId, version: number): Promise<void> =>
  request<void>("DELETE", one(entity, id), { ifMatch: version });

export const runAction = (
  entity: EntityMeta, id: RecordId, verb: string, params: unknown, version?: number, idempotencyKey = newIdempotencyKey(),
): Promise<ActionOutcome> =>
  request<ActionOutcome>("POST", `${one(entity, id)}actions/${verb}/`, { body: params ?? {}, ifMatch: version, idempotencyKey });

export const bulk = async (entity: EntityMeta, body: unknown): Promise<BulkOutcome[]> =>
  (await request<{ results: BulkOutcome[] }>("POST", `${entity.endpoint}bulk/`, { body, idempotencyKey: newIdempotencyKey() })).results;

export interface HistoryPage {
  results: HistoryEntry[];
  next?: number | null;
}

export const fetchHistory = (entity: EntityMeta, id: RecordId, offset: number, signal?: AbortSignal): Promise<HistoryPage> =>
  get<HistoryPage>(`${one(entity, id)}history/`, { offset: offset || undefined }, signal);

export const fetchComments = async (entity: EntityMeta, id: RecordId, signal?: AbortSignal): Promise<Comment[]> =>
  (await get<{ results: Comment[] }>(`${one(entity, id)}comments/`, undefined, signal)).results;

export const addComment = (entity: EntityMeta, id: RecordId, body: string): Promise<Comment> =>
  request<Comment>("POST", `${one(entity, id)}comments/`, { body: { body } });

export const fetchAttachments = async (entity: EntityMeta, id: RecordId, signal?: AbortSignal): Promise<Attachment[]> =>
  (await get<{ results: Attachment[] }>(`${one(entity, id)}attachments/`, undefined, signal)).results;

export const deleteFile = (file: Attachment): Promise<void> => request<void>("DELETE", file.url);

export const attachmentsPath = (entity: EntityMeta, id: RecordId): string => `${one(entity, id)}attachments/`;

export const exportPath = (entity: EntityMeta, format: "csv" | "xlsx", query: Query): string =>
  withQuery(`${entity.endpoint}export/`, { ...query, format });

/** Fetches a file and hands it to the browser to save; a refusal becomes a problem instead of a page of JSON. */
export async function download(path: string, fallbackName: string): Promise<void> {
  const response = await send("GET", path, { headers: { Accept: "*/*" } });
  if (!response.ok) throw await problemFrom(response);
  const disposition = response.headers.get("Content-Disposition") ?? "";
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename="?([^";]+)"?/i.exec(disposition)?.[1];
  const url = URL.createObjectURL(await response.blob());
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = encoded ? decodeURIComponent(encoded) : plain ?? fallbackName;
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export { requestAnswer };
