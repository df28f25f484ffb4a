/** The session inside a company: hooks that pages ask instead of reading the bootstrap themselves. */
import { createContext, useContext, useMemo, type ReactNode } from "react";
import type { EntityMeta } from "@/platform/records/types";
import type { Bootstrap, Me, Tenant } from "./bootstrap";

interface Session extends Bootstrap {
  permissionSet: ReadonlySet<string>;
  featureSet: ReadonlySet<string>;
}

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ bootstrap, children }: { bootstrap: Bootstrap; children: ReactNode }) {
  const session = useMemo(
    () => ({ ...bootstrap, permissionSet: new Set(bootstrap.permissions), featureSet: new Set(bootstrap.features) }),
    [bootstrap],
  );
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession outside of a company");
  return session;
}

export const useMe = (): Me => useSession().me;
export const useTenant = (): Tenant => useSession().tenant;

/** Whether my roles allow `module.entity.verb`. Hides what cannot be done; the server decides anyway. */
export const useCan = (permission: string): boolean => useSession().permissionSet.has(permission);

/** Whether the company has the feature switched on. */
export const useFeature = (feature: string): boolean => useSession().featureSet.has(feature);

/** Metadata of an entity that I may see, else undefined. */
export const useEntity = (key: string): EntityMeta | undefined => useSession().entities[key];
export const useEntities = (): Record<string, EntityMeta> => useSession().entities;
