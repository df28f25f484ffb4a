/** What the sections of "my account" share. */
import type { AccountAnswer } from "../auth/accounts";

export interface Authenticator {
  type: "totp" | "webauthn" | "recovery_codes";
  id?: number;
  name?: string;
  created_at: number;
  last_used_at: number | null;
  total_code_count?: number;
  unused_code_count?: number;
}

/** Asks, and when the server wants proof of who I am, gets it and asks once more. */
export type Guarded = (ask: () => Promise<AccountAnswer | null>) => Promise<AccountAnswer | null>;
