/** What CRM adds to the app: the pipeline, the conversion of leads, the way from an opportunity to a quote. */
import { lazy } from "react";
import { defineModule } from "@/platform/slots/manifest";

const QuoteButton = lazy(() => import("./components/quote-button").then((part) => ({ default: part.QuoteButton }))) as never;

export const crm = defineModule({
  key: "crm",
  routes: [
    { path: "/crm/day", feature: "crm.activities", permission: "crm.activity.view", page: () => import("./day/day-page").then((part) => part.DayPage) },
    { path: "/crm/calendar", feature: "crm.activities", permission: "crm.activity.view", page: () => import("./day/calendar-page").then((part) => part.CalendarPage) },
    { path: "/crm/pipeline", feature: "crm.opportunities", permission: "crm.opportunity.view", page: () => import("./pages/pipeline-page").then((part) => part.PipelinePage) },
    { path: "/crm/forecast", feature: "crm.forecast", permission: "crm.forecast.view", page: () => import("./forecast/forecast-page").then((part) => part.ForecastPage) },
    { path: "/crm/funnel", feature: "crm.opportunities", permission: "crm.stage_history.view", page: () => import("./forecast/funnel-page").then((part) => part.FunnelPage) },
    { path: "/crm/insight", feature: "crm.insight", permission: "crm.insight.view", page: () => import("./insight/insight-page").then((part) => part.InsightPage) },
  ],
  actions: { "crm.lead": { convert: { dialog: lazy(() => import("./components/convert-lead").then((part) => ({ default: part.ConvertLead }))) } } },
  slots: [
    { slot: "opportunity.detail.actions", key: "quote", feature: "crm.quotes", component: QuoteButton },
    { slot: "opportunity.detail.panels", key: "win", feature: "crm.forecast", permission: "crm.forecast.view", component: lazy(() => import("./forecast/win-panel").then((part) => ({ default: part.WinPanel }))) as never },
    { slot: "quote.detail.actions", key: "paper", component: lazy(() => import("./quote/paper-button").then((part) => ({ default: part.QuotePaper }))) as never },
    { slot: "quote.detail.panels", key: "approvals", order: -10, component: lazy(() => import("./quote/desk").then((part) => ({ default: part.QuoteApprovals }))) as never },
    { slot: "quote.detail.panels", key: "customer", order: 10, component: lazy(() => import("./quote/desk").then((part) => ({ default: part.QuoteCustomer }))) as never },
    { slot: "party.detail.panels", key: "card", feature: "crm.activities", permission: "crm.customer_card.view", component: lazy(() => import("./day/card-panel").then((part) => ({ default: part.CardPanel }))) as never },
    { slot: "party.detail.actions", key: "quote", feature: "crm.quotes", component: QuoteButton },
  ],
});
