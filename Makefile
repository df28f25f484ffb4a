services: ## start the embedded test services (left running) and print their environment
	@.venv/bin/python -m ops.services up --profile test
.PHONY: services
