"""Addresses below /api/v1/inventory/."""

from django.urls import path

from modules.inventory.api import counting, inquiries, portal, purchasing, replenishment, scanning, views

urlpatterns = [
    path("availability/", views.AvailabilityView.as_view()),
    path("availability/<int:product_id>/", views.ProductAvailabilityView.as_view()),
    path("count-sheets/<key:sheet_id>/counting/", counting.CountingView.as_view()),
    path("count-accuracy/", counting.CountAccuracyView.as_view()),
    path("purchase-workbench/", purchasing.PurchaseWorkbenchView.as_view()),
    path("purchase-workbench/order/", purchasing.PurchaseOrdersView.as_view()),
    path("purchase-workbench/inquire/", inquiries.NeedsInquireView.as_view()),
    path("supplier-scorecard/", purchasing.SupplierScorecardView.as_view()),
    path("scan/", scanning.ScanView.as_view()),
    path("scan/receive/", scanning.ReceiveView.as_view()),
    path("put-away/", scanning.PutAwayView.as_view()),
    path("carrier-events/", scanning.CarrierEventsView.as_view()),
    path("replenishment/", replenishment.ReplenishmentView.as_view()),
    path("replenishment/act/", replenishment.ReplenishmentActView.as_view()),
    path("replenishment/transfer/", replenishment.ReplenishmentTransferView.as_view()),
    path("replenishment/run/", replenishment.ReplenishmentRunView.as_view()),
    path("forecasts/<key:forecast_id>/outlook/", replenishment.OutlookView.as_view()),
    path("slow-stock/", replenishment.SlowStockView.as_view()),
    path("stock-turnover/", replenishment.TurnoverView.as_view()),
    path("stock-by-place/", views.StockByPlaceView.as_view()),
    path("inquiries/<int:inquiry_id>/comparison/", inquiries.ComparisonView.as_view()),
    path("inquiries/<int:inquiry_id>/award/", inquiries.AwardView.as_view()),
    path("supplier-links/new/", inquiries.SupplierLinkView.as_view()),
    path("blanket-orders/<int:blanket_id>/drawn/", inquiries.BlanketView.as_view()),
    path("blanket-orders/<int:blanket_id>/call-off/", inquiries.CallOffView.as_view()),
    path("portal/", portal.PortalHomeView.as_view()),
    path("portal/inquiries/<int:inquiry_id>/", portal.PortalInquiryView.as_view()),
    path("portal/inquiries/<int:inquiry_id>/answer/", portal.PortalAnswerView.as_view()),
    path("portal/inquiries/<int:inquiry_id>/decline/", portal.PortalDeclineView.as_view()),
    path("portal/orders/<int:order_id>/", portal.PortalOrderView.as_view()),
    path("portal/orders/<int:order_id>/confirm/", portal.PortalConfirmView.as_view()),
    path("portal/orders/<int:order_id>/propose/", portal.PortalProposeView.as_view()),
]
