/** Who stays when there are more people than seats. Nobody is deleted: the others lose their way in. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { CheckLine } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { Bone, Delayed } from "@/ui/states/skeleton";
import { peopleQuery } from "../api/queries";
import { letStay } from "../api/subscription";

interface PeopleDialogProps {
  seats: number;
  onClose: () => void;
  onChanged: () => void;
}

export function PeopleDialog({ seats, onClose, onChanged }: PeopleDialogProps) {
  const { t } = useTranslation("billing");
  const { slug } = useTenant();
  const { data } = useQuery(peopleQuery(slug));
  const [picked, setPicked] = useState<number[]>([]);
  const stay = useMutation({ mutationFn: letStay, onSuccess: onChanged });
  const me = data?.find((person) => person.me)?.id;
  const staying = me === undefined ? picked : [me, ...picked];
  const going = (data?.length ?? 0) - staying.length;
  return (
    <Dialog
      open
      onClose={onClose}
      width={460}
      sticky={stay.isPending}
      title={t("choose_people")}
      foot={
        <>
          <Button onClick={onClose} disabled={stay.isPending}>{t("leave")}</Button>
          <Button variant="danger" disabled={!data || staying.length === 0 || staying.length > seats || going === 0} busy={stay.isPending} onClick={() => stay.mutate(staying)}>{t("end_access", { count: going })}</Button>
        </>
      }
    >
      <p className="sub">{t("choose_people_why", { count: seats })}</p>
      {stay.error !== null && <p className="notice bad" role="alert">{isProblem(stay.error) ? stay.error.message : t("failed")}</p>}
      {!data && <Delayed><Bone width="70%" /></Delayed>}
      <div className="choose">
        {data?.map((person) => (
          <CheckLine key={person.id} checked={staying.includes(person.id)} disabled={person.me} onChange={(event) => setPicked(event.target.checked ? [...picked, person.id] : picked.filter((id) => id !== person.id))}>
            {person.name} <span className="dim">{person.email}</span>
          </CheckLine>
        ))}
      </div>
      <p className="xs dim" role="status">{t("staying", { count: staying.length, seats })}</p>
    </Dialog>
  );
}
