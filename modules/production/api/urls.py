"""Addresses below /api/v1/production/."""

from django.urls import path

from modules.production.api import (
    ahead,
    engineering,
    instructions,
    master_plan,
    promise,
    quality,
    schedule,
    subcontracting,
    terminal,
    views,
)

urlpatterns = [
    path("planning/", views.PlanningView.as_view()),
    path("planning/firm/", views.FirmView.as_view()),
    path("planning/pegging/", views.PeggingView.as_view()),
    path("delivery-figures/", ahead.DeliveryFiguresView.as_view()),
    path("load/", ahead.LoadView.as_view()),
    path("projection/", ahead.ProjectionView.as_view()),
    path("master-plan/", master_plan.MasterPlanView.as_view()),
    path("schedule/", schedule.ScheduleView.as_view()),
    path("schedule/move/", schedule.MoveView.as_view()),
    path("schedule/rush/", schedule.RushView.as_view()),
    path("schedule/<int:operation_id>/unfix/", schedule.UnfixView.as_view()),
    path("promise/", promise.PromiseView.as_view()),
    path("operations/<int:operation_id>/instruction/", instructions.InstructionView.as_view()),
    path("outside/", subcontracting.OutsideView.as_view()),
    path("terminal/", terminal.TerminalView.as_view()),
    path("terminal/badge/", terminal.BadgeView.as_view()),
    path("board/", terminal.BoardView.as_view()),
    path("losses/", terminal.LossesView.as_view()),
    path("shortages/", terminal.ShortagesView.as_view()),
    path("quality/desk/", quality.QualityDeskView.as_view()),
    path("quality/figures/", quality.QualityFiguresView.as_view()),
    path("quality/charts/", quality.ControlChartView.as_view()),
    path("inspections/<int:inspection_id>/certificate.pdf", quality.CertificateView.as_view()),
    path("nonconformances/<int:nonconformance_id>/trace/", quality.NonconformanceTraceView.as_view()),
    path("where-used/<int:product_id>/", engineering.WhereUsedView.as_view()),
    path("bom-comparison/", engineering.BomComparisonView.as_view()),
    path("component-replacement/", engineering.ReplaceView.as_view()),
    path("changes/<int:change_id>/effect/", engineering.ChangeEffectView.as_view()),
    path("cost-comparison/", engineering.RollUpComparisonView.as_view()),
    path("bom-tree/<int:product_id>/", views.BomTreeView.as_view()),
]
