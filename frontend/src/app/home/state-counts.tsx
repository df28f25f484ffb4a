/** Documents that are neither finished nor cancelled, counted by the server, per kind; each figure opens its list. */
import { useQueries } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { get } from "@/platform/api/request";
import { pagesUnder } from "@/platform/menu/menu";
import { AppLink } from "@/platform/records/entity-link";
import type { EntityMeta, Group } from "@/platform/records/types";
import { useSession } from "@/platform/session/session";
import { Icon } from "@/ui/icon";
import { Mark } from "@/ui/status";

const finished = new Set(["done", "off"]);
const most = 8;

export function StateCounts() {
  const { t } = useTranslation("app");
  const { menu, entities, tenant } = useSession();
  const listed = menu.flatMap(pagesUnder).flatMap((page) => (page.entity ? (entities[page.entity] ?? []) : []));
  const withStates = [...new Set(listed)].filter((entity: EntityMeta) => entity.state_field && entity.states?.some((state) => finished.has(state.kind))).slice(0, most);
  const answers = useQueries({
    queries: withStates.map((entity) => ({
      queryKey: keyOf(tenant.slug, entity.key, "summary", { group: entity.state_field }),
      queryFn: () => get<{ groups: Group[] }>(`${entity.endpoint}summary/`, { group: entity.state_field }),
      staleTime: 60_000,
    })),
  });
  const open = withStates.flatMap((entity, index) => {
    const groups = answers[index]?.data?.groups ?? [];
    const states = (entity.states ?? []).filter((state) => !finished.has(state.kind)).flatMap((state) => {
      const count = groups.find((group) => group.key === state.value)?.count ?? 0;
      return count > 0 ? [{ ...state, count }] : [];
    });
    return states.length > 0 ? [{ entity, states }] : [];
  });
  if (open.length === 0) return null;
  return (
    <section className="hp">
      <h2>{t("open_work")}</h2>
      <ul className="rows">
        {open.map(({ entity, states }) => (
          <li key={entity.key} className="counts">
            <AppLink to={entity.route}>
              <Icon name={entity.icon} size={15} />
              <b className="ell">{entity.label_plural}</b>
            </AppLink>
            <div>
              {states.map((state) => (
                <AppLink key={state.value} className="count" to={`${entity.route}?${entity.state_field}=${encodeURIComponent(state.value)}`}>
                  <Mark kind={state.kind} />
                  <span className="sub">{state.label}</span>
                  <b>{state.count}</b>
                </AppLink>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
