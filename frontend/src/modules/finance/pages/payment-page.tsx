/** A payment: the generic page, with the bank or cash account by its name. */
import { RecordDetailPage } from "@/platform/records";
import type { FieldMeta, RecordId, Ref, Row } from "@/platform/records/types";
import { AccountName } from "../components/account-name";

const own = (field: FieldMeta, record: Row) => (field.key === "account" && record.account ? <AccountName account={record.account as Ref} /> : undefined);

export function PaymentPage({ entityKey, id }: { entityKey: string; id: RecordId }) {
  return <RecordDetailPage entityKey={entityKey} id={id} fields={own} />;
}
