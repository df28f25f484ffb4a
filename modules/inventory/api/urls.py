"""Addresses below /api/v1/inventory/."""

from django.urls import path

from modules.inventory.api import views

urlpatterns = [
    path("availability/", views.AvailabilityView.as_view()),
    path("availability/<int:product_id>/", views.ProductAvailabilityView.as_view()),
    path("stock-by-place/", views.StockByPlaceView.as_view()),
]
