/** What covers a document line, down to the last bought part. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Joint } from "@/ui/joint";
import { fetchPegging, type Document, type Peg } from "../api/planning";

function Branch({ pegs }: { pegs: Peg[] }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  return (
    <ul>
      {pegs.map((peg, index) => (
        <li key={index}>
          <p>
            <Joint fit={peg.cover === "planned" ? 0 : 1} bad={peg.proposal?.late} />
            <b className="medium">{peg.product.label}</b>
            <span>{format.quantity(peg.quantity)}</span>
            {peg.cover === "stock" && <span className="sub">{t("plan.fromStock")}</span>}
            {peg.order && <EntityLink entity={peg.order.entity} id={peg.order.id}>{peg.order.label}</EntityLink>}
            {peg.proposal && <span className={peg.proposal.late ? "t-bad" : "sub"}>{t(peg.proposal.kind === "make" ? "plan.makeBy" : "plan.buyBy", { day: format.day(peg.proposal.due_on) })}</span>}
          </p>
          {peg.children.length > 0 && <Branch pegs={peg.children} />}
        </li>
      ))}
    </ul>
  );
}

export function Pegging({ document, run }: { document: Document; run: number }) {
  const { t } = useTranslation("production");
  const { slug } = useTenant();
  const { data } = useQuery({
    queryKey: keyOf(slug, "production.planning_run", "pegging", [run, document.entity, document.id]),
    queryFn: ({ signal }) => fetchPegging(document, signal),
  });
  return (
    <section className="pr-peg" aria-label={t("plan.chainOf", { document: document.label })}>
      <h3>{t("plan.chainOf", { document: document.label })}</h3>
      {data && data.length === 0 && <p className="dim">{t("plan.noChain")}</p>}
      {data && <Branch pegs={data} />}
    </section>
  );
}
