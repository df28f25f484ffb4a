# Tenon in one image: the web server, the workers, the scheduler and the dispatcher differ only in their command.
# Build:  docker build -t tenon .        Run: see compose.yaml and docs/deploy.md.

# --- the web app ---
FROM node:24-bookworm-slim AS web
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY docs/openapi.yaml /src/docs/openapi.yaml
COPY frontend/ ./
RUN npm run build

# --- the Python packages, locked by hash ---
FROM python:3.12-slim-bookworm AS packages
RUN python -m venv /opt/venv
COPY requirements/base.txt /tmp/base.txt
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/base.txt

# --- what runs ---
FROM python:3.12-slim-bookworm
RUN groupadd --gid 10001 tenon \
 && useradd --uid 10001 --gid tenon --no-create-home --home-dir /app --shell /usr/sbin/nologin tenon \
 && install -d -o tenon -g tenon /data /data/files
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app/platform:/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=tenon_site.settings \
    FILES_URL=file:///data/files
COPY . .
COPY --from=web /src/frontend/dist frontend/dist
RUN python -m ops.catalogues && python -m compileall -q .
USER tenon
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["sh", "-c", "exec granian --interface asgi --host 0.0.0.0 --port 8000 --workers ${TENON_WEB_WORKERS:-2} tenon_site.asgi:application"]
