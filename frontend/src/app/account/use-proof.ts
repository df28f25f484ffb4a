/** Authenticators of mine, and asking "is it still you?" before they are touched. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { account, needsProof, type AccountAnswer } from "../auth/accounts";
import type { Authenticator, Guarded } from "./types";

export function useProof() {
  const [proof, setProof] = useState<{ done: (proved: boolean) => void; answer: AccountAnswer }>();
  const authenticators = useQuery({
    queryKey: ["accounts", "authenticators"],
    queryFn: async () => ((await account<Authenticator[]>("GET", "/account/authenticators")).data ?? []) as Authenticator[],
  });
  const guarded: Guarded = async (ask) => {
    const first = await ask();
    if (!first || !needsProof(first)) return first;
    const proved = await new Promise<boolean>((done) => setProof({ done, answer: first }));
    setProof(undefined);
    return proved ? ask() : first;
  };
  return { proof, guarded, authenticators, refetch: () => void authenticators.refetch() };
}
