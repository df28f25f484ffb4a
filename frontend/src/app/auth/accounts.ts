/** Accounts over django-allauth's headless browser protocol: a 401 is not a failure but says which step comes next. */
import { send } from "@/platform/api/request";

const base = "/_allauth/browser/v1";

export interface AccountError {
  code: string;
  message: string;
  param?: string;
}

export interface Flow {
  id: string;
  is_pending?: boolean;
  /** Kinds of second factor this person has. */
  types?: string[];
}

export interface AccountAnswer<T = unknown> {
  status: number;
  data?: T & { flows?: Flow[]; user?: { email?: string; display?: string } };
  meta?: { is_authenticated?: boolean; [key: string]: unknown };
  errors?: AccountError[];
}

export async function account<T = unknown>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<AccountAnswer<T>> {
  const response = await send(method, base + path, { body, headers });
  try {
    const answer = (await response.json()) as AccountAnswer<T>;
    return { ...answer, status: response.status };
  } catch {
    return { status: response.status };
  }
}

export const signedIn = (answer: AccountAnswer): boolean => answer.status === 200 && answer.meta?.is_authenticated !== false;
export const pendingFlow = (answer: AccountAnswer): Flow | undefined => answer.data?.flows?.find((flow) => flow.is_pending);
/** Signed in, but too long ago for what was asked. */
export const needsProof = (answer: AccountAnswer): boolean => answer.status === 401 && answer.meta?.is_authenticated === true;

/** Message of one field, or what belongs to none when `param` is empty. */
export const errorOf = (answer: AccountAnswer | undefined, param?: string): string | undefined => answer?.errors?.find((error) => (error.param ?? "") === (param ?? ""))?.message;

/** Anything said that no field shows. */
export const looseError = (answer: AccountAnswer | undefined, shown: string[]): string | undefined => answer?.errors?.find((error) => !error.param || !shown.includes(error.param))?.message;

export const signIn = (email: string, password: string) => account("POST", "/auth/login", { email, password });
export const askForCode = (email: string) => account("POST", "/auth/code/request", { email });
export const confirmCode = (code: string) => account("POST", "/auth/code/confirm", { code });
export const secondFactor = (code: string) => account("POST", "/auth/2fa/authenticate", { code });
export const signUp = (email: string, password: string) => account("POST", "/auth/signup", { email, password });
export const verifyEmail = (key: string) => account("POST", "/auth/email/verify", { key });
export const resendVerification = () => account("POST", "/auth/email/verify/resend");
export const askForReset = (email: string) => account("POST", "/auth/password/request", { email });
export const resetPassword = (key: string, password: string) => account("POST", "/auth/password/reset", { key, password });
export const sessionState = () => account("GET", "/auth/session");
export const signOut = () => account("DELETE", "/auth/session");

interface AccountsConfig {
  account?: { is_open_for_signup?: boolean; login_by_code_enabled?: boolean };
  mfa?: { supported_types?: string[]; passkey_login_enabled?: boolean };
}

export const accountsConfig = async (): Promise<AccountsConfig> => (await account<AccountsConfig>("GET", "/config")).data ?? {};
