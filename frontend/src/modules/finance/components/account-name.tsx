/** An account's number and name, each at its place: a reference says both in one. */
import { EntityLink } from "@/platform/records";
import type { Ref } from "@/platform/records/types";
import "../pages/finance.css";

export function AccountName({ account }: { account: Ref }) {
  const [code = "", ...name] = account.label.split(" ");
  return <span className="fi-acc"><span className="code">{code}</span><EntityLink entity="finance.account" id={account.id}>{name.join(" ") || code}</EntityLink></span>;
}
