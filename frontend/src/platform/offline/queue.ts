/** Work that must not be lost when the network is: each entry is kept in the browser until the server has answered it,
 * sent in the order in which it was done, and carries an idempotency key, so that sending it again does nothing twice. */
import { isProblem, Problem, type ProblemBody } from "@/platform/api/problem";
import { isTransient, newIdempotencyKey, request } from "@/platform/api/request";

export interface Entry {
  key: string;
  method: "POST" | "PATCH" | "DELETE";
  path: string;
  body?: unknown;
  /** What was done, in the words of whoever did it. */
  label: string;
  at: number;
}

export interface Refusal {
  entry: Entry;
  error: unknown;
}

type Kind = "waiting" | "refused";
/** A refusal as it is kept: an error itself cannot be. */
type Kept = { entry: Entry; body?: ProblemBody };

export interface QueueState {
  waiting: readonly Entry[];
  /** The last attempt did not reach the server. */
  offline: boolean;
  refused: readonly Refusal[];
}

type Work = Pick<Entry, "method" | "path" | "body" | "label">;

const PAUSES = [1_000, 2_000, 5_000, 10_000];

export class Queue {
  #state: QueueState;
  #listeners = new Set<() => void>();
  #answered = new Set<(entry: Entry, answer: unknown) => void>();
  #running = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(private readonly name: string, private readonly send: typeof request = request) {
    this.#state = { waiting: this.#read<Entry>("waiting", (entry) => entry.at), offline: false, refused: this.#refused() };
    window.addEventListener("online", () => this.flush());
    this.flush();
  }

  get state(): QueueState {
    return this.#state;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Calls back with each answer of the server; returns how to stop. */
  onAnswer(listener: (entry: Entry, answer: unknown) => void): () => void {
    this.#answered.add(listener);
    return () => this.#answered.delete(listener);
  }

  /** Keeps it and sends it as soon as everything before it was answered. Returns its key. */
  add(work: Work): string {
    const entry: Entry = { ...work, key: newIdempotencyKey(), at: Date.now() };
    this.#keep("waiting", entry.key, entry);
    this.#set({ waiting: [...this.#state.waiting, entry] });
    this.flush();
    return entry.key;
  }

  /** Takes back what was not begun to be sent. False: it is on its way or done. */
  takeBack(key: string): boolean {
    const at = this.#state.waiting.findIndex((entry) => entry.key === key);
    if (at < 0 || (at === 0 && (this.#running || this.#failures > 0))) return false;
    this.#keep("waiting", key);
    this.#set({ waiting: this.#state.waiting.filter((entry) => entry.key !== key) });
    return true;
  }

  dismiss(key: string): void {
    this.#keep("refused", key);
    this.#set({ refused: this.#state.refused.filter((one) => one.entry.key !== key) });
  }

  flush = (): void => {
    clearTimeout(this.#timer);
    if (!this.#running) void this.#run();
  };

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (this.#state.waiting.length > 0) {
        const entry = this.#state.waiting[0]!;
        try {
          const answer = await this.send<unknown>(entry.method, entry.path, { body: entry.body, idempotencyKey: entry.key });
          this.#failures = 0;
          this.#keep("waiting", entry.key);
          this.#set({ waiting: this.#without(entry), offline: false });
          this.#answered.forEach((listener) => listener(entry, answer));
        } catch (error) {
          if (isTransient(error) || (isProblem(error) && (error.status === 429 || error.status === 401))) {
            this.#set({ offline: true });
            this.#timer = setTimeout(this.flush, PAUSES[Math.min(this.#failures++, PAUSES.length - 1)]);
            return;
          }
          this.#failures = 0;
          this.#keep("refused", entry.key, { entry, body: isProblem(error) ? error.body : undefined } satisfies Kept);
          this.#keep("waiting", entry.key);
          this.#set({ waiting: this.#without(entry), offline: false, refused: [...this.#state.refused, { entry, error }] });
        }
      }
    } finally {
      this.#running = false;
    }
  }

  #without = (entry: Entry) => this.#state.waiting.filter((one) => one.key !== entry.key);

  #refused = (): Refusal[] =>
    this.#read<Kept>("refused", (one) => one.entry.at).map(({ entry, body }) => ({ entry, error: body ? new Problem(body) : new Error(entry.label) }));

  /** What an earlier page, or another one beside this, has left. Sent by both it has the same key, and happens once. */
  #read<T>(kind: Kind, at: (one: T) => number): T[] {
    const found: T[] = [];
    try {
      for (const name of Object.keys(localStorage)) {
        if (name.startsWith(`${this.name}.${kind}.`)) found.push(JSON.parse(localStorage.getItem(name)!) as T);
      }
    } catch {
      // a forbidden store, or something that is not ours
    }
    return found.sort((one, other) => at(one) - at(other));
  }

  /** Each by its own name, so that pages side by side do not write over each other. */
  #keep(kind: Kind, key: string, value?: unknown): void {
    const name = `${this.name}.${kind}.${key}`;
    try {
      if (value === undefined) localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify(value));
    } catch {
      // a full or forbidden store: the entries live as long as the page does
    }
  }

  #set(change: Partial<QueueState>): void {
    this.#state = { ...this.#state, ...change };
    this.#listeners.forEach((listener) => listener());
  }
}
