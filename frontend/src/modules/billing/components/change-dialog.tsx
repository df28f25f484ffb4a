/** The price before the change: what is charged now, what comes later, what ends and what that touches. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { useFormat } from "@/platform/format";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/overlay/dialog";
import { Bone, Delayed } from "@/ui/states/skeleton";
import { Mark } from "@/ui/status";
import { amountOf, changePlan, fetchPreview, type Offer, type Plan, type Preview, type SubscriptionStatus } from "../api/subscription";

interface ChangeDialogProps {
  plan: Plan;
  offers: Offer[];
  onClose: () => void;
  onChanged: (status: SubscriptionStatus) => void;
}

const most = 8;

export function ChangeDialog({ plan, offers, onClose, onChanged }: ChangeDialogProps) {
  const { t } = useTranslation("billing");
  const format = useFormat();
  const { data, error } = useQuery({ queryKey: ["billing-preview", plan], queryFn: () => fetchPreview(plan), gcTime: 0, staleTime: Infinity, retry: false });
  const change = useMutation({ mutationFn: (seen: Preview) => changePlan(plan, seen), onSuccess: onChanged });
  const problem = change.error ?? error;
  const money = (value: string) => format.money(value, data?.currency, 2);
  const title = (key: string) => offers.find((offer) => offer.key === key)?.title ?? key;
  const due = data && data.due_now !== "0.00";
  return (
    <Dialog
      open
      onClose={onClose}
      width={520}
      sticky={change.isPending}
      title={t(data?.whole_ends ? "end_title" : "change_title")}
      foot={
        <>
          <Button onClick={onClose} disabled={change.isPending}>{t("leave")}</Button>
          <Button variant={data?.whole_ends ? "danger" : "primary"} disabled={!data} busy={change.isPending} onClick={() => data && change.mutate(data)}>
            {data?.whole_ends ? t("end_confirm") : due ? t("pay_amount", { amount: money(data.due_now) }) : t("confirm")}
          </Button>
        </>
      }
    >
      {problem !== null && <p className="notice bad" role="alert">{isProblem(problem) ? problem.message : t("failed")}</p>}
      {!data && !error && <Delayed><Bone width="70%" /></Delayed>}
      {data && (
        <>
          {data.lines.length > 0 && (
            <table className="bill">
              <tbody>
                {data.lines.map((line, index) => <tr key={index}><td>{line.text}</td><td className="num">{money(line.amount)}</td></tr>)}
              </tbody>
              <tfoot>
                <tr><th scope="row">{t("due_now")}</th><td className="num"><b>{money(data.due_now)}</b></td></tr>
              </tfoot>
            </table>
          )}
          <ul className="why effect">
            {data.lines.length === 0 && <li><Mark kind="done" /><div><b>{t("nothing_now")}</b></div></li>}
            {!data.whole_ends && data.next_at && (
              <li><Mark kind="open" /><div><b>{t("next_bill", { day: format.day(data.next_at.slice(0, 10)), amount: money(data.next_total) })}</b><p>{t("without_tax")}</p></div></li>
            )}
            {data.ends.length > 0 && (
              <li>
                <Mark kind="warn" />
                <div>
                  <b>{t("ends", { modules: data.ends.map(title).join(t("comma")), day: format.day(data.ends_at?.slice(0, 10)) })}</b>
                  {data.whole_ends && <p>{t("then_read_only")}</p>}
                  {data.impact.length > 0 && <ul className="impact">{data.impact.slice(0, most).map((row) => <li key={`${row.effect}${row.text}`}>{row.text}</li>)}</ul>}
                  {data.impact.length > most && <p>{t("and_more", { count: data.impact.length - most })}</p>}
                  <p>{t(data.whole_ends ? "data_kept" : "dropped_then")}</p>
                </div>
              </li>
            )}
            {data.over.map((limit) => (
              <li key={limit.key}>
                <Mark kind="warn" />
                <div>
                  <b>{t("over_limit", { title: limit.title, used: amountOf(limit, limit.used, format.number), most: amountOf(limit, limit.most, format.number) })}</b>
                  <p>{t(limit.key === "access.members" ? "over_people" : "over_others")}</p>
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}
