/** Unsaved input, kept in this browser so that a closed tab or a dead battery costs nothing. */
export interface Draft {
  at: string;
  version: number | null;
  values: Record<string, unknown>;
}

const PREFIX = "tenon:draft:";
const KEEP_DAYS = 14;

export const draftKey = (tenant: string, member: string | number, entity: string, id: string | number | null): string =>
  `${PREFIX}${tenant}:${member}:${entity}:${id ?? "new"}`;

export function readDraft(key: string): Draft | null {
  try {
    const text = localStorage.getItem(key);
    if (!text) return null;
    const draft = JSON.parse(text) as Draft;
    if (!draft || typeof draft.at !== "string" || typeof draft.values !== "object") return null;
    if (Date.now() - Date.parse(draft.at) > KEEP_DAYS * 86_400_000) {
      localStorage.removeItem(key);
      return null;
    }
    return draft;
  } catch {
    return null;
  }
}

/** False when the browser has no room or forbids it: the form then says that the draft is not kept. */
export function writeDraft(key: string, draft: Draft): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // storage is switched off: there was no draft
  }
}
