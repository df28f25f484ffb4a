/** Problem documents (RFC 9457) as one typed error, so that pages decide by `type`, never by text. */

export interface FieldError {
  /** Path of the field, `lines.0.quantity`; empty for the whole record. */
  field: string;
  code?: string;
  message: string;
}

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail?: string;
  request_id?: string;
  errors?: FieldError[];
  [member: string]: unknown;
}

export class Problem extends Error {
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors: FieldError[];
  readonly requestId: string | undefined;
  /** The whole document, with the members of its own type (`current`, `changed_by`, `shortages` …). */
  readonly body: ProblemBody;

  constructor(body: ProblemBody) {
    super(body.detail || body.title);
    this.name = "Problem";
    this.type = body.type.replace(/^.*\/problems\//, "");
    this.status = body.status;
    this.title = body.title;
    this.detail = body.detail ?? "";
    this.errors = body.errors ?? [];
    this.requestId = body.request_id;
    this.body = body;
  }

  is(type: string): boolean {
    return this.type === type;
  }

  errorOf(field: string): string | undefined {
    return this.errors.find((error) => error.field === field)?.message;
  }
}

/** No answer at all: the network or the server is away. What was typed is still here. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("unreachable", { cause });
    this.name = "Unreachable";
  }
}

export const isProblem = (error: unknown, type?: string): error is Problem =>
  error instanceof Problem && (type === undefined || error.type === type);

/** Reads whatever the server answered with: a problem document, allauth's own error list, or plain text from a proxy. */
export async function problemFrom(response: Response): Promise<Problem> {
  const fallback = { type: "/problems/unknown", title: response.statusText || String(response.status), status: response.status };
  const requestId = response.headers.get("X-Request-Id") ?? undefined;
  try {
    const body = (await response.json()) as Partial<ProblemBody>;
    return new Problem({ ...fallback, request_id: requestId, ...body, status: response.status });
  } catch {
    return new Problem({ ...fallback, request_id: requestId });
  }
}
