/** Home: what to go on with, what modules have to say, and for a new company the first steps. No figure is made up. */
import { useQueries } from "@tanstack/react-query";
import { ArrowUpRight, Check } from "lucide-react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { get } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import { pagesUnder } from "@/platform/menu/menu";
import { useRecent } from "@/platform/recent";
import { AppLink } from "@/platform/records/entity-link";
import type { EntityMeta } from "@/platform/records/types";
import { useCan, useEntities, useMe, useSession, useTenant } from "@/platform/session/session";
import { Slot, useSlot } from "@/platform/slots/slots";
import { Icon } from "@/ui/icon";
import { Kbd } from "@/ui/figures";
import { PageHead } from "@/ui/page";
import { EmptyState } from "@/ui/states/states";
import { Mark } from "@/ui/status";
import "./home.css";
import { StateCounts } from "./state-counts";

function Recents() {
  const { t } = useTranslation("app");
  const { slug } = useTenant();
  const entities = useEntities();
  const list = useRecent(slug).filter((visit) => entities[visit.entity]);
  return (
    <section className="hp">
      <h2>{t("recent")}</h2>
      {list.length === 0 ? (
        <EmptyState inline title={t("recent_none")}>{t("recent_none_why")}</EmptyState>
      ) : (
        <ul className="rows">
          {list.map((visit) => (
            <li key={`${visit.entity}/${visit.id}`}>
              <AppLink to={`${entities[visit.entity]?.route}/${visit.id}`}>
                <Icon name={entities[visit.entity]?.icon} size={15} />
                <b className="ell">{visit.title}</b>
                <span className="sub ell">{visit.subtitle}</span>
                <span className="grow" />
                <span className="dim">{entities[visit.entity]?.label}</span>
              </AppLink>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Shortcuts() {
  const { t } = useTranslation("app");
  const { menu } = useSession();
  return (
    <section className="hp">
      <h2>
        {t("pages")}
        <span className="grow" />
        <span className="note"><Kbd>Ctrl K</Kbd>{t("anywhere")}</span>
      </h2>
      <div className="shortcuts">
        {menu.filter((module) => pagesUnder(module).length > 0).map((module) => (
          <div key={module.id}>
            <h3><Icon name={module.icon} size={14} />{module.title}</h3>
            {pagesUnder(module).filter((page) => page.route).slice(0, 5).map((page) => (
              <AppLink key={page.id} to={page.route ?? "/"}>{page.title}</AppLink>
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}

interface StepProps {
  entity: EntityMeta;
  title: string;
  why: string;
  count: number;
  done: boolean;
}

function Step({ entity, title, why, count, done }: StepProps) {
  const { t } = useTranslation("app");
  return (
    <li className={done ? "done" : undefined}>
      <Mark kind={done ? "done" : "draft"} />
      <div>
        <b>{title}</b>
        <p>{done ? t("step_done", { count, entities: entity.label_plural }) : why}</p>
      </div>
      {done ? <Check size={14} className="dim" aria-hidden /> : <AppLink className="btn small" to={entity.can.create ? `${entity.route}/new` : entity.route}>{t("begin")}</AppLink>}
    </li>
  );
}

/** What a new company lacks, by the server's count; gone once nothing is missing. */
function FirstSteps() {
  const { t } = useTranslation("app");
  const { slug } = useTenant();
  const entities = useEntities();
  const manages = useCan("access.feature.switch");
  const steps = (["shared.party", "shared.product", "access.member"] as const).flatMap((key) => {
    const entity = entities[key];
    return entity?.can.create || (key === "access.member" && manages && entity) ? [{ key, entity }] : [];
  });
  const counts = useQueries({
    queries: steps.map(({ entity }) => ({ queryKey: keyOf(slug, entity.key, "count", {}), queryFn: () => get<{ count: number }>(entity.endpoint, { limit: 1, count: 1 }), staleTime: 60_000 })),
  });
  const counted = steps.flatMap((step, index) => {
    const count = counts[index]?.data?.count;
    // The founder alone is not yet a company of colleagues.
    return count === undefined ? [] : [{ ...step, count, done: count > (step.key === "access.member" ? 1 : 0) }];
  });
  if (counted.length === 0 || counted.every((step) => step.done)) return null;
  return (
    <section className="hp">
      <h2>{t("first_steps")}</h2>
      <ul className="why">
        {counted.map(({ key, ...step }) => (
          <Step key={key} {...step} title={t(`step_${key.replace(".", "_")}`)} why={t(`step_${key.replace(".", "_")}_why`)} />
        ))}
        {manages && (
          <li>
            <Mark kind="open" />
            <div>
              <b>{t("step_modules")}</b>
              <p>{t("step_modules_why")}</p>
            </div>
            <AppLink className="btn small" to="/admin/modules">{t("open_modules")}<ArrowUpRight size={13} aria-hidden /></AppLink>
          </li>
        )}
      </ul>
    </section>
  );
}

export function HomePage() {
  const { t } = useTranslation("app");
  const { name } = useMe();
  const { today } = useTenant();
  const format = useFormat();
  const filled = useSlot("home.panels").length > 0;
  return (
    <div className="page">
      <PageHead title={name ? t("hello", { name }) : t("home")} after={<span className="dim">{format.longDay(today)}</span>} ruled />
      <div className="page-body">
        <Slot name="home.figures" />
        <div className="home">
          <div className="stack">
            {filled && <Slot name="home.panels" />}
            <StateCounts />
            <Shortcuts />
          </div>
          <div className="stack">
            <Recents />
            <FirstSteps />
          </div>
        </div>
      </div>
    </div>
  );
}
