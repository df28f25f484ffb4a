/** Modules and their functions: rows one can compare, switches in the rail, and what goes before anything is switched off. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { bootstrapKey, keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { useGo, useSearchText } from "@/platform/records/navigation";
import { useTenant } from "@/platform/session/session";
import { Switch } from "@/ui/controls";
import { Bar, Tag } from "@/ui/figures";
import { Icon } from "@/ui/icon";
import { PageHead, RightRail, Tabs } from "@/ui/page";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ProblemState } from "../errors/problem-state";
import { fetchModules, switchFeature, type FeatureSwitch, type ModuleSwitches } from "./api";
import { EffectDialog } from "./effect-dialog";
import { FeatureList } from "./feature-list";
import { History } from "./history";
import { LimitStrip } from "./limit-strip";
import { ModuleMark } from "./module-mark";
import { Rights } from "./rights";
import "./modules.css";

const tags = 3;

export function ModulesPage() {
  const { t } = useTranslation("app");
  const { t: word } = useTranslation("company-modules");
  const { slug } = useTenant();
  const go = useGo();
  const tab = new URLSearchParams(useSearchText()).get("tab") === "history" ? "history" : "modules";
  const client = useQueryClient();
  const key = keyOf(slug, "core.module", "switches", {});
  const { data, error, refetch, isPending } = useQuery({ queryKey: key, queryFn: fetchModules });
  const [picked, setPicked] = useState<string>();
  const rail = useRef<HTMLDivElement>(null);
  /** On a phone the switches lie below the list: picking a module goes there. */
  const pick = (key: string) => {
    setPicked(key);
    if (window.matchMedia("(max-width: 899px)").matches) requestAnimationFrame(() => rail.current?.scrollIntoView({ block: "start" }));
  };
  const [asking, setAsking] = useState<FeatureSwitch>();

  const change = useMutation({
    mutationFn: ({ feature, on }: { feature: FeatureSwitch; on: boolean }) => switchFeature(feature.key, on),
    onSuccess: (after, { feature, on }) => {
      client.setQueryData(key, after);
      void client.invalidateQueries({ queryKey: keyOf(slug, "core.module", "history") });
      // The menu, the rights and the entities follow from what is on.
      void client.invalidateQueries({ queryKey: bootstrapKey });
      toast({ text: t(on ? "feature_on" : "feature_now_off", { feature: feature.title }), undo: () => change.mutate({ feature, on: !on }) });
    },
    onError: (failure) => toast({ text: isProblem(failure) ? failure.message : t("unreachable"), tone: "bad" }),
  });

  const all = data?.modules ?? [];
  const titles = new Map(all.flatMap((module) => module.features.map((feature) => [feature.key, feature] as const)));
  const module = all.find((one) => one.key === picked) ?? all[0];
  /** What makes the module itself: on whenever the module is on. */
  const core = module?.features.find((feature) => feature.core);
  const turn = (feature: FeatureSwitch, next: boolean) => (next ? change.mutate({ feature, on: true }) : setAsking(feature));
  const on = (one: ModuleSwitches) => one.features.filter((feature) => feature.enabled).length;

  return (
    <div className="page">
      <PageHead title={t("modules_title")} after={data && <span className="dim">{t("modules_on", { on: all.filter((one) => one.enabled).length, count: all.length })}</span>} />
      <Tabs
        label={t("modules_title")}
        value={tab}
        onChange={(to) => go(to === "history" ? "/admin/modules?tab=history" : "/admin/modules", { replace: true })}
        tabs={[{ key: "modules", label: t("modules"), count: data && all.length }, { key: "history", label: word("history") }]}
      />
      {tab === "history" && <History />}
      {tab === "modules" && error !== null && !data && <ProblemState error={error} retry={() => void refetch()} />}
      {tab === "modules" && isPending && !error && <GridSkeleton rows={8} height={76} />}
      {tab === "modules" && data && <LimitStrip limits={data.limits} />}
      {tab === "modules" && data && (
        <div className="split">
          <div className="main" role="listbox" aria-label={t("modules_title")}>
            {all.map((one) => (
              <article
                key={one.key}
                className={`mod${one.enabled ? "" : " off"}${one.key === module?.key ? " picked" : ""}`}
                role="option"
                aria-selected={one.key === module?.key}
                tabIndex={0}
                onClick={() => pick(one.key)}
                onKeyDown={(event) => {
                  if (event.key === "Enter" || event.key === " ") {
                    event.preventDefault();
                    pick(one.key);
                  }
                }}
              >
                <span className="mod-i"><Icon name={one.icon} size={18} /></span>
                <div className="mod-n">
                  <b>{one.title} <ModuleMark module={one} /></b>
                  <p className="sub">{one.description}</p>
                </div>
                <div className="mod-f">
                  {one.features.filter((feature) => !feature.core).slice(0, tags).map((feature) => <Tag key={feature.key}>{feature.title}</Tag>)}
                  {one.features.filter((feature) => !feature.core).length > tags && <span className="dim xs">+{one.features.filter((feature) => !feature.core).length - tags}</span>}
                </div>
                <div className="mod-u">
                  {one.enabled ? (
                    <>
                      <span>{on(one)} <span className="dim">{t("of_functions", { count: one.features.length })}</span></span>
                      <Bar percent={(on(one) / Math.max(1, one.features.length)) * 100} width={96} />
                    </>
                  ) : (
                    <span className="dim">{t("not_in_use")}</span>
                  )}
                </div>
              </article>
            ))}
          </div>
          <div ref={rail} className="mod-rail">
            {module && (
              <RightRail width={360} label={module.title}>
                <section>
                  <h3>{module.title}</h3>
                  <p className="xs sub">{t("switch_note")}</p>
                  {core && <p className="rights xs"><Rights feature={core} /></p>}
                  {core && (
                    <label className="mod-switch">
                      <span className="medium">{t("module_in_use", { module: module.title })}</span>
                      <Switch checked={module.enabled} disabled={change.isPending || (!core.entitled && !module.enabled)} onChange={(event) => turn(core, event.target.checked)} />
                    </label>
                  )}
                </section>
                <FeatureList
                  features={module.features.filter((feature) => feature !== core)}
                  off={!module.enabled}
                  all={titles}
                  busy={change.isPending ? change.variables?.feature.key : undefined}
                  onSwitch={turn}
                />
                <section className="xs sub">{t("data_kept")}</section>
              </RightRail>
            )}
          </div>
        </div>
      )}
      {asking && (
        <EffectDialog
          feature={asking}
          titles={titles}
          onClose={() => setAsking(undefined)}
          onConfirm={() => {
            change.mutate({ feature: asking, on: false });
            setAsking(undefined);
          }}
        />
      )}
    </div>
  );
}
