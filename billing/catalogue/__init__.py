"""What is sold: made from the modules' manifests and a price file per plan."""

from billing.catalogue.catalogue import Catalogue, Offer, catalogue

__all__ = ["Catalogue", "Offer", "catalogue"]
