/** Passkeys in the browser: options and answers travel as JSON, keys as base64url. */
import { account, type AccountAnswer } from "./accounts";

export const passkeysAvailable = (): boolean => typeof window.PublicKeyCredential === "function" && window.isSecureContext;

function toBytes(text: string): ArrayBuffer {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0)).buffer;
}

function toText(bytes: ArrayBuffer | null): string | undefined {
  if (!bytes) return undefined;
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

interface DescriptorJson {
  id: string;
  type: "public-key";
}

interface RequestJson {
  challenge: string;
  allowCredentials?: DescriptorJson[];
  [key: string]: unknown;
}

interface CreationJson {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: DescriptorJson[];
  [key: string]: unknown;
}

const descriptors = (list?: DescriptorJson[]) => list?.map((item) => ({ ...item, id: toBytes(item.id) }));

function answerJson(credential: PublicKeyCredential): Record<string, unknown> {
  const { response } = credential;
  const shared = { clientDataJSON: toText(response.clientDataJSON) };
  const own =
    response instanceof AuthenticatorAttestationResponse
      ? { attestationObject: toText(response.attestationObject), transports: response.getTransports?.() ?? [] }
      : response instanceof AuthenticatorAssertionResponse
        ? { authenticatorData: toText(response.authenticatorData), signature: toText(response.signature), userHandle: toText(response.userHandle) }
        : {};
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { ...shared, ...own },
  };
}

async function assert(options: RequestJson): Promise<Record<string, unknown> | null> {
  const publicKey = { ...options, challenge: toBytes(options.challenge), allowCredentials: descriptors(options.allowCredentials) } as PublicKeyCredentialRequestOptions;
  const credential = (await navigator.credentials.get({ publicKey }).catch(() => null)) as PublicKeyCredential | null;
  return credential && answerJson(credential);
}

type RequestOptions = { request_options: { publicKey: RequestJson } };

async function assertAt(path: string): Promise<AccountAnswer | null> {
  const asked = await account<RequestOptions>("GET", path);
  const options = asked.data?.request_options.publicKey;
  if (!options) return asked;
  const credential = await assert(options);
  return credential && account("POST", path, { credential });
}

/** Null when the person closed the browser's window. */
export const signInWithPasskey = (): Promise<AccountAnswer | null> => assertAt("/auth/webauthn/login");
export const secondFactorWithPasskey = (): Promise<AccountAnswer | null> => assertAt("/auth/webauthn/authenticate");

/** Makes a passkey on this device. Null when the person closed the browser's window. */
export async function addPasskey(name: string): Promise<AccountAnswer | null> {
  const asked = await account<{ creation_options: { publicKey: CreationJson } }>("GET", "/account/authenticators/webauthn?passwordless");
  const options = asked.data?.creation_options.publicKey;
  if (!options) return asked;
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: descriptors(options.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
  const credential = (await navigator.credentials.create({ publicKey }).catch(() => null)) as PublicKeyCredential | null;
  return credential && account("POST", "/account/authenticators/webauthn", { name, credential: answerJson(credential) });
}
