/** Which of an inquiry's attachments its suppliers may download. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { problemText } from "@/platform/records";
import { fileSize } from "@/platform/records/detail/files-tab";
import type { Row } from "@/platform/records/types";
import { useCan, useTenant } from "@/platform/session/session";
import { CheckLine } from "@/ui/controls";
import { toast } from "@/ui/overlay/toast";
import { fetchAttached, shareFile } from "./api";

export function SharedFiles({ record }: { record: Row }) {
  const { t } = useTranslation("inquiries");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const client = useQueryClient();
  const mayEdit = useCan("inventory.inquiry.update");
  const key = keyOf(slug, "inventory.inquiry", "attachments", ["shared", record.id]);
  const { data } = useQuery({ queryKey: key, queryFn: ({ signal }) => fetchAttached(record.id, signal) });
  const share = useMutation({
    mutationFn: (one: { id: number; shared: boolean }) => shareFile(record.id, one.id, one.shared),
    onSuccess: ({ shared }) => client.setQueryData(key, data && { ...data, shared }),
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  // What was just ticked stays ticked until the server has said so, too.
  const isShared = (id: number) => (share.isPending && share.variables.id === id ? share.variables.shared : Boolean(data?.shared.includes(id)));
  if (!data) return null;
  if (data.attachments.length === 0) return <p className="iq-files dim">{t("noFiles")}</p>;
  return (
    <div className="iq-files">
      <h3>{t("shareFiles")}</h3>
      {data.attachments.map((file) => (
        <CheckLine key={file.id} checked={isShared(file.id)} disabled={!mayEdit} onChange={(event) => share.mutate({ id: file.id, shared: event.target.checked })}>
          {file.name} <span className="dim num">{fileSize(file.size)}</span>
        </CheckLine>
      ))}
    </div>
  );
}
