"""The demo company: AdventureWorks' spreadsheets, brought in through the product's own importer."""
