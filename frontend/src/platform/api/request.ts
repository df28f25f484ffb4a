/** The one way to the server: session cookie and CSRF, language, optimistic locking, idempotency, problem documents. */
import { currentLanguage } from "@/platform/i18n/i18n";
import { Problem, problemFrom, Unreachable } from "./problem";

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface RequestOptions {
  query?: Query;
  /** Sent as JSON, or as it is when it is FormData. */
  body?: unknown;
  /** Version of the record that the change is based on. */
  ifMatch?: number | string;
  idempotencyKey?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Answers 401 to the caller instead of sending the person to the sign-in page. */
  expectsSignedOut?: boolean;
}

export interface Answer<T> {
  data: T;
  status: number;
  etag: string | null;
}

const safe = new Set(["GET", "HEAD", "OPTIONS"]);
const listeners = new Set<() => void>();

/** Calls back when a request found the session gone; returns how to stop listening. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const csrfToken = (): string | undefined => /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1];

/** Django sets the cookie with the page; a page opened from a cache may lack it. */
async function ensureCsrf(): Promise<string> {
  const known = csrfToken();
  if (known) return known;
  await fetch("/_allauth/browser/v1/config", { credentials: "same-origin" }).catch(() => undefined);
  return csrfToken() ?? "";
}

export function withQuery(path: string, query?: Query): string {
  if (!query) return path;
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `${path}${path.includes("?") ? "&" : "?"}${text}` : path;
}

async function headersFor(method: string, options: RequestOptions): Promise<Headers> {
  const headers = new Headers({ Accept: "application/json", "Accept-Language": currentLanguage() === "zh" ? "zh-hans" : "en", ...options.headers });
  if (options.body !== undefined && !(options.body instanceof FormData)) headers.set("Content-Type", "application/json");
  if (options.ifMatch !== undefined) headers.set("If-Match", `"${String(options.ifMatch).replaceAll('"', "")}"`);
  if (options.idempotencyKey) headers.set("Idempotency-Key", options.idempotencyKey);
  if (!safe.has(method)) headers.set("X-CSRFToken", await ensureCsrf());
  return headers;
}

/** Sends and returns the raw response; throws only when there was none. For downloads and allauth's own protocol. */
export async function send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
  const { body, query, signal } = options;
  const headers = await headersFor(method, options);
  try {
    return await fetch(withQuery(path, query), {
      method,
      headers,
      signal,
      credentials: "same-origin",
      body: body === undefined ? undefined : body instanceof FormData ? body : JSON.stringify(body),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable(error);
  }
}

/** Like `request`, with status and ETag. */
export async function requestAnswer<T>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
  const response = await send(method, path, options);
  if (!response.ok) {
    const problem = await problemFrom(response);
    if (response.status === 401 && !options.expectsSignedOut) for (const listener of listeners) listener();
    throw problem;
  }
  const etag = response.headers.get("ETag");
  const isJson = response.headers.get("Content-Type")?.includes("json");
  const data = (response.status === 204 || !isJson ? undefined : await response.json()) as T;
  return { data, status: response.status, etag: etag ? etag.replace(/^W\//, "").replaceAll('"', "") : null };
}

export async function request<T>(method: string, path: string, options?: RequestOptions): Promise<T> {
  return (await requestAnswer<T>(method, path, options)).data;
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> => request<T>("GET", path, { query, signal });
export const post = <T>(path: string, body?: unknown, options?: RequestOptions): Promise<T> => request<T>("POST", path, { ...options, body });
export const patch = <T>(path: string, body: unknown, options?: RequestOptions): Promise<T> => request<T>("PATCH", path, { ...options, body });

export const newIdempotencyKey = (): string => crypto.randomUUID();

/** Whether it makes sense to ask again by itself: never after the server said no. */
export const isTransient = (error: unknown): boolean => error instanceof Unreachable || (error instanceof Problem && error.status >= 502);
